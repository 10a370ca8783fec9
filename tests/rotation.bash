# rotation.bash: what key_rotate.sh and rotate.sh share: a warehouse as it would read had its key
# never been rotated. Sourced after harness.sh.

make -s -f tests/tools.mk BUILD="$BUILD" "$BUILD/tests/cli/token_origin" > "$work/make.log" 2>&1 || cat "$work/make.log"

# table_statements: one select a table, a row of it as JSON. Left out is what tells when and not
# what, the numbers of segments (a killed run leaves a gap), and what is sealed: that differs from key to key.
table_statements() {
    sql -c "select format('select %L || (to_jsonb(t) - %L::text[])::text from %I.%I as t', n.nspname || '.' || c.relname || ' ',
                          '{identity,sealed,fingerprint,segment,key_id,received_at,seconds,run_id,published_at,decided_at,withdrawn_at}', n.nspname, c.relname)
              from pg_class as c
              join pg_namespace as n on n.oid = c.relnamespace
             where c.relkind = 'r'
               and n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality')
               and (n.nspname, c.relname) not in (('meta', 'run'), ('meta', 'setting'))"
}

# origins [KEYFILE]: every row of the site, its tokens turned back to those of the first key, in order.
# Of a pair of records the smaller token stands left, which a rotation may change.
origins() {
    table_statements | sed 's/$/;/' | sql -f - | "$BUILD/tests/cli/token_origin" "${1:-$site/keys/site.key}" |
        awk '$1 == "linkage.pair" {
            left = match($0, /"left_key": "/) + 13; right = match($0, /"right_key": "/) + 14
            a = substr($0, left, 36); b = substr($0, right, 36)
            if (a > b) $0 = substr($0, 1, left - 1) b substr($0, left + 36, right - left - 36) a substr($0, right + 36)
        } { print }' | sort
}

# tokens: every token in the site, from every column of type uuid, in order.
tokens() {
    sql -c "select format('select %I::text from %I.%I where %I is not null;', a.attname, n.nspname, c.relname, a.attname)
              from pg_attribute as a
              join pg_class as c on c.oid = a.attrelid and c.relkind = 'r'
              join pg_namespace as n on n.oid = c.relnamespace
             where a.atttypid = 'uuid'::regtype and a.attnum > 0 and not a.attisdropped
               and n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality')" | sql -f - | sort -u
}

# dump: everything of the database as text.
dump() {
    pg_dump -h "$(cat "$site/postgres/socket_path")" -p 5432 -U joinedup joinedup
}
