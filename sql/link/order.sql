-- Purpose: where each record stands when its order is not that of its patient_key: after a rotation of the site key records keep
--   the order of their first tokens, or keys of persons and ties between pairs would change. Empty: the order of patient_key.
-- Grain: one row a patient_key.
create temporary table link_order (
    patient_key uuid not null,
    place       bigint not null
) on commit drop
