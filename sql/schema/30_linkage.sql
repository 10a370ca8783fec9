-- Purpose: what linkage reads and decides. Tokens only; no clear identifier is ever here.
-- Grain: linkage.record, one row a person of a delivery; linkage.person_history, one row a change.

create table linkage.record (
    delivery_id    bigint not null,
    patient_key    uuid not null,
    feed           text not null,
    sender         text not null,
    period         date not null,
    nhs_number     uuid,
    name           uuid,
    postcode       uuid,
    gp_practice    text,
    primary key (delivery_id, patient_key)
);
comment on table linkage.record is 'The identity each applied delivery gives for each of its persons, as tokens';
comment on column linkage.record.patient_key is 'The person as this sender knows them';
comment on column linkage.record.name is 'Token of family name, given name, date of birth and sex together';
create index on linkage.record (patient_key);

create table linkage.person_history (
    run_id      bigint not null,
    patient_key uuid not null,
    old_person_key uuid,
    new_person_key uuid not null,
    change      text not null check (change in ('new', 'merged', 'split')),
    primary key (run_id, patient_key)
);
comment on table linkage.person_history is 'Every change of a person_key: merges and splits are never silent';

create table linkage.area (
    postcode    uuid primary key,
    lsoa_2011   text,
    council     text,
    sub_icb     text
);
comment on table linkage.area is 'Postcode directory by postcode token: from it LSOA, council and sub-ICB of residence are derived without a postcode in the database';
