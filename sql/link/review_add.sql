-- Purpose: remembers a pair that was drawn; the same draw is remembered once.
-- Grain: one row. Inputs: batch, pair, keys, bin, group, total, threshold, model version.
insert into linkage.review (batch, pair, left_key, right_key, bin, bin_group, bin_total, threshold, model_version)
values ($1, $2::integer, $3::uuid, $4::uuid, $5::integer, $6, $7::bigint, $8::double precision, $9)
    on conflict (batch, pair) do nothing
