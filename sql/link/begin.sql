-- Purpose: where the decisions are put before they are compared with what held so far.
create temporary table person_decision (
    patient_key uuid not null, person_key uuid not null, step text not null
) on commit drop;
