-- Purpose: the temporary tables a load file can rely on; see docs/architecture.md.
create temporary table this_delivery (
    delivery_id bigint not null, feed text not null, sender text not null, file_name text not null,
    period_start date, period_end date, extract_at timestamp
) on commit drop;
create temporary table replaced_delivery (delivery_id bigint not null) on commit drop;
