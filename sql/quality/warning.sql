-- Purpose: what was kept with a warning, and notices on columns. $1 delivery, $2 feed, $3 rule (null = all), $4 limit.
-- Grain: one row a feed, table, field, rule and detail.
select d.feed, w.table_name, w.field, w.rule_code, w.detail, sum(w.row_count)::bigint as row_count
  from quality.warning w
  join meta.delivery d on d.delivery_id = w.delivery_id
 where ($1::bigint is null or w.delivery_id = $1::bigint)
   and ($2::text is null or d.feed = $2::text)
   and ($3::text is null or upper(w.rule_code) = upper($3::text))
 group by d.feed, w.table_name, w.field, w.rule_code, w.detail
 order by row_count desc, d.feed, w.table_name, w.field, w.rule_code, w.detail
 limit $4::bigint
