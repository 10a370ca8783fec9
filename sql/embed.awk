# Embeds every sql file: file name and text, as one C table. Statements stay files one can paste into psql.
function quote(s) { gsub(/\\/, "&&", s); gsub(/"/, "\\\"", s); return "\"" s "\\n\"" }
BEGIN { print "/* Made from sql/. Do not edit. */\n#include \"sql_file.h\"\n\nconst struct sql_file sql_table[] = {" }
FNR == 1 { if (NR > 1) print "    },"; printf "    {\"%s\",\n", FILENAME }
{ print "     " quote($0) }
END { if (NR > 0) print "    },"; print "};\n\nconst size_t sql_table_count = sizeof sql_table / sizeof sql_table[0];" }
