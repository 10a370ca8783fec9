# Prints the create statements of the temporary staging tables of a feed, from its fields.csv: as
# the loader makes them, so that a load file that names a column the definition lacks fails here.
# Use: awk -f tests/database/stage_tables.awk config/feeds/NAME/fields.csv

BEGIN { FS = "," }
{ sub(/\r$/, "") }
# The column is the last cell, so a derivation with a comma in quotes does not matter.
FNR == 1 || $NF == "" { next }
{
    split($NF, column, ":")
    type = column[2] == "numeric" ? "double precision" : column[2]
    # A sealed identity stands for its postcode here, in clear: that is all these tests ask of it.
    if (type == "bytea")
        type = "bytea generated always as (coalesce(uuid_send(postcode), '\\x00')) stored"
    if (!($1 in columns))
        tables[++table_count] = $1
    columns[$1] = columns[$1] (columns[$1] == "" ? "" : ", ") column[1] " " type
}
END {
    for (i = 1; i <= table_count; i++)
        printf "create temporary table stage_%s (%s);\n", tolower(tables[i]), columns[tables[i]]
}
