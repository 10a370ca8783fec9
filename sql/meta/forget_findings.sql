-- Purpose: before a delivery ($1) is judged again: its former counts and findings go.
with counts as (delete from meta.delivery_table where delivery_id = $1::bigint),
     rejects as (delete from quality.reject where delivery_id = $1::bigint)
delete from quality.warning where delivery_id = $1::bigint
