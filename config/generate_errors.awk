# Turns config/errors.csv into build/gen/error_codes.h (-v out=header) or error_table.c (-v out=table).
# The file has no quoted fields; number and name are permanent once released.
BEGIN {
    FS = ","
    print "/* Made from config/errors.csv. Do not edit. */"
    if (out == "header") {
        print "#ifndef ERROR_CODES_H\n#define ERROR_CODES_H\n\nenum error_code {\n    ERROR_NONE = 0,"
    } else {
        print "#include \"base/error.h\"\n\nconst struct error_entry error_table[] = {"
    }
}
NR == 1 { next }
NF != 7 { printf "config/errors.csv:%d: %d fields, 7 expected\n", NR, NF > "/dev/stderr"; exit 1 }
{
    prefix = $3 == "error" ? "ERROR" : ($3 == "rule" ? "RULE" : "NOTICE")
    if (out == "header") {
        printf "    %s_%s = -%d, /* %s */\n", prefix, $2, $1, $5
    } else {
        printf "    {-%d, \"%s\", \"%s\", %d, \"%s\",\n     \"%s\",\n     \"%s\"},\n", \
            $1, $2, $3, $4, $5, $6, $7
    }
}
END {
    if (out == "header") {
        print "};\n\n#endif"
    } else {
        print "};\n\nconst size_t error_table_count = sizeof error_table / sizeof error_table[0];"
    }
}
