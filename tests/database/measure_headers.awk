# Headers of measure files as inserts into mart.measure and pg_temp.measure_feed.
function quoted(text) { gsub(/'/, "''", text); return "'" text "'" }
function flush() {
    if (!("code" in value)) return
    numerator = value["numerator"] == "none" ? "null" : quoted(value["numerator"])
    printf "insert into mart.measure values (%s, %s, %s, %s, %s, %s, %s, %s);\n",
        quoted(value["code"]), quoted(value["title"]), quoted(value["unit"]), quoted(value["window"]),
        quoted(value["kind"]), numerator, quoted(value["source"]), quoted(value["caveats"])
    printf "insert into pg_temp.measure_feed values (%s, %s);\n", quoted(value["code"]), quoted(value["feed"])
    delete value
}
/^-- [a-z]+: / { key = substr($2, 1, length($2) - 1); value[key] = substr($0, length(key) + 6); next }
/^--   / { if (key != "") value[key] = value[key] " " substr($0, 6); next }
{ key = ""; flush() }
END { flush() }
