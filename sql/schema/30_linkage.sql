-- Purpose: what linkage reads and decides. Identities are here sealed only (docs/architecture.md, "Linkage"); the database cannot
--   open them.
-- Grain: linkage.record, one row an identity of a person of a delivery; linkage.link, one row a patient_key; linkage.pair, one row
--   two patient_keys; linkage.decision, one row a steward's decision; linkage.review, one row a pair of a clerical sample;
--   linkage.person_history, one row a change.

create table linkage.record (
    delivery_id    bigint not null,
    patient_key    uuid not null,
    place          integer not null check (place > 0),
    feed           text not null,
    sender         text not null,
    period         date not null,
    gp_practice    text,
    identity       bytea not null,
    primary key (delivery_id, patient_key, place)
);
comment on table linkage.record is 'The identities each applied delivery gives for each of its persons, sealed; and the GP practice';
comment on column linkage.record.patient_key is 'The person as this sender knows them';
comment on column linkage.record.place is '1, 2, ... where rows of one delivery tell a person''s identity differently: the last row''s is the highest';
comment on column linkage.record.identity is 'Forms of name, birth date, sex, postcode and NHS number, sealed with AES-256-GCM; equal bytes are equal identities of one patient_key';
create index on linkage.record (patient_key);

create table linkage.changed (
    patient_key uuid not null
);
comment on table linkage.changed is 'Whose identities came or went since the last linking: what tonight''s has to look at. A key may stand there more than once';
comment on column linkage.changed.patient_key is 'The person as this sender knows them';

create function linkage.note_added()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('joinedup.sealed', true), '') = '' then
        insert into linkage.changed select distinct patient_key from added_record;
    end if;
    return null;
end
$$;
create function linkage.note_removed()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(current_setting('joinedup.sealed', true), '') = '' then
        insert into linkage.changed select distinct patient_key from removed_record;
    end if;
    return null;
end
$$;
comment on function linkage.note_added is 'Writes into linkage.changed who got an identity; not in a key rotation (sql/rotate), which changes nobody''s';
comment on function linkage.note_removed is 'Writes into linkage.changed who lost one';
create trigger note_added after insert on linkage.record
    referencing new table as added_record for each statement execute function linkage.note_added();
create trigger note_removed after delete on linkage.record
    referencing old table as removed_record for each statement execute function linkage.note_removed();
create trigger note_updated after update on linkage.record
    referencing new table as added_record for each statement execute function linkage.note_added();

create table linkage.link (
    patient_key   uuid primary key,
    person_key    uuid not null,
    step          text not null check (step in ('alone', 'nhs_number', 'weights', 'steward')),
    partner       uuid,
    weight        real,
    odds          real,
    lead          real,
    flags         text[] not null default '{}'
                  check (flags <@ array['many_match', 'conflict', 'number_changed', 'review']),
    fingerprint   bigint not null,
    model_version text not null,
    key_version   text not null,
    run_id        bigint not null
);
comment on table linkage.link is 'How each record came to its person: its best linked pair. The founder of a group stands alone';
comment on column linkage.link.step is 'alone: founder of its group, or linked to nobody; nhs_number: the NHS numbers agree; weights: without them; steward: by decision alone';
comment on column linkage.link.partner is 'The other record of the best linked pair';
comment on column linkage.link.weight is 'Match weight of that pair in bits, as its levels of agreement alone give it: rare values count as average ones here, so that it tells nothing of them';
comment on column linkage.link.odds is 'That weight and the prior, the prior in whole bits; rivals are not counted. It was decided by the exact odds, which are not kept';
comment on column linkage.link.lead is 'How far these odds are ahead of those of the best other pair in linkage.pair of either record that leads to another person: 0, 1, 2, 4 or 10 bits and more; 99: there is none';
comment on column linkage.link.flags is 'many_match: too close a runner-up, so not linked; conflict: a link was forbidden by a constraint; number_changed: the sender gave different NHS numbers; review: a pair is near the threshold';
comment on column linkage.link.fingerprint is 'Hash of the sealed identities, first period and sender it was decided by: while it is the same the record has not changed';
comment on column linkage.link.model_version is 'Version of the model that weighed it';
comment on column linkage.link.key_version is 'Id of the site key its forms were made with';
comment on column linkage.link.run_id is 'The run that decided it';

create table linkage.pair (
    left_key  uuid not null,
    right_key uuid not null,
    weight    real not null,
    odds      real not null,
    lead      real not null,
    outcome   text not null check (outcome in ('below', 'linked', 'conflict', 'taken', 'many_match', 'weak')),
    pattern   bigint not null,
    primary key (left_key, right_key),
    check (left_key < right_key)
);
comment on table linkage.pair is 'Pairs of records from the review threshold on: what explanations, reviews and the next night''s linking start from';
comment on column linkage.pair.left_key is 'patient_key of one record, the smaller';
comment on column linkage.pair.right_key is 'patient_key of the other';
comment on column linkage.pair.weight is 'Match weight in bits, as the pattern alone gives it: rare values count as average ones here, so that it tells nothing of them';
comment on column linkage.pair.odds is 'That weight and the prior, the prior in whole bits; rivals are not counted. outcome was decided by the exact odds, which are not kept';
comment on column linkage.pair.lead is 'How far these odds are ahead of those of the best other pair in linkage.pair of either record that leads to another person: 0, 1, 2, 4 or 10 bits and more; 99: there is none';
comment on column linkage.pair.outcome is 'below the threshold; linked; conflict with a constraint; taken: a duplicate-free source''s record is better linked elsewhere; many_match: the runner-up is too close; weak: it alone would join two groups whose other members do not agree';
comment on column linkage.pair.pattern is 'Level of agreement of each field, 4 bits each, the first field lowest';
create index on linkage.pair (right_key);

create table linkage.faint_segment (
    segment bigint generated always as identity primary key,
    pairs   integer not null check (pairs > 0),
    sealed  bytea not null
);
alter table linkage.faint_segment alter column sealed set storage external;
comment on table linkage.faint_segment is 'Pairs of records between the model''s floor and the review threshold, sealed: they can be rivals of others, so who changes is decided anew with them. Who has many of them would tell who has a common name';
comment on column linkage.faint_segment.segment is 'Number of the segment';
comment on column linkage.faint_segment.pairs is 'Pairs in it: two patient_keys each';
comment on column linkage.faint_segment.sealed is 'The pairs, sealed with AES-256-GCM';

create table linkage.decision (
    id           bigint generated always as identity primary key,
    left_key     uuid not null,
    right_key    uuid not null check (right_key <> left_key),
    same         boolean not null,
    decided_by   text not null,
    reason       text not null,
    decided_at   timestamptz not null default now(),
    withdrawn_at timestamptz
);
comment on table linkage.decision is 'What stewards decided of two records; the latest of a pair that was not withdrawn counts';
comment on column linkage.decision.id is 'Number of the decision';
comment on column linkage.decision.left_key is 'patient_key of one record';
comment on column linkage.decision.right_key is 'patient_key of the other';
comment on column linkage.decision.decided_by is 'Who decided';
comment on column linkage.decision.reason is 'Why, in words that identify nobody';
comment on column linkage.decision.decided_at is 'When';
comment on column linkage.decision.same is 'true: one person; false: never one person';
comment on column linkage.decision.withdrawn_at is 'From then on it does not count';

create table linkage.review (
    batch         text not null,
    pair          integer not null check (pair > 0),
    left_key      uuid not null,
    right_key     uuid not null check (right_key <> left_key),
    bin           integer not null,
    bin_group     text not null check (bin_group in ('linked', 'open', 'barred')),
    bin_total     bigint not null check (bin_total > 0),
    threshold     double precision not null,
    model_version text not null,
    answer        text check (answer in ('same', 'different', 'unsure')),
    answered_by   text,
    answered_at   timestamptz,
    primary key (batch, pair),
    check ((answer is null) = (answered_by is null) and (answer is null) = (answered_at is null))
);
comment on table linkage.review is 'Pairs drawn for clerks to judge, and their answers: what precision and recall are estimated from';
comment on column linkage.review.batch is 'The sample: a digest of what was drawn, so the same draw is the same batch';
comment on column linkage.review.pair is 'Number of the pair in its sample';
comment on column linkage.review.left_key is 'patient_key of one record';
comment on column linkage.review.right_key is 'patient_key of the other';
comment on column linkage.review.bin is 'Whole bits of odds from the threshold on: 0 is from the threshold to 1 bit above; the lowest and the highest bin are open to their side';
comment on column linkage.review.bin_group is 'linked: the two were one person when drawn; open: only the threshold spoke against it; barred: something else did';
comment on column linkage.review.bin_total is 'Pairs there were in this bin and group: what each answer is weighted by';
comment on column linkage.review.threshold is 'Odds in bits from which a pair was a link';
comment on column linkage.review.model_version is 'Version of the model that weighed it';
comment on column linkage.review.answer is 'same: one person; different: two; unsure: it cannot be told; null: not answered yet';
comment on column linkage.review.answered_by is 'Who answered last';
comment on column linkage.review.answered_at is 'When';

create table linkage.decision_linked (
    left_key  uuid not null,
    right_key uuid not null,
    same      boolean not null,
    primary key (left_key, right_key)
);
comment on table linkage.decision_linked is 'The decisions the last linking knew: what differs from linkage.decision is new to the next';
comment on column linkage.decision_linked.left_key is 'patient_key of one record, as the decision has it';
comment on column linkage.decision_linked.right_key is 'patient_key of the other';
comment on column linkage.decision_linked.same is 'true: one person; false: never one person';

create table linkage.snapshot (
    run_id  bigint primary key,
    basis   text not null,
    model   text not null,
    counted bigint not null,
    records bigint not null,
    capped  bigint not null,
    sealed  bytea not null
);
alter table linkage.snapshot alter column sealed set storage external;
comment on table linkage.snapshot is 'What the last full linking counted, one row: every linking until the next full one weighs by it';
comment on column linkage.snapshot.run_id is 'The run that counted';
comment on column linkage.snapshot.basis is 'Program, model, key and feeds it holds for: with others everything is linked anew';
comment on column linkage.snapshot.model is 'The model with the priors found then, as JSON';
comment on column linkage.snapshot.counted is 'Records then';
comment on column linkage.snapshot.records is 'Records now';
comment on column linkage.snapshot.capped is 'Blocks that were too large to look at';
comment on column linkage.snapshot.sealed is 'How common each value was, by token, sealed with AES-256-GCM';

create table linkage.key_segment (
    segment bigint generated always as identity primary key,
    run_id  bigint not null,
    faces   integer not null check (faces > 0),
    sealed  bytea not null
);
alter table linkage.key_segment alter column sealed set storage external;
comment on table linkage.key_segment is 'Blocking keys of all records, sealed: who could pair with tonight''s records is found without opening identities';
comment on column linkage.key_segment.segment is 'Number of the segment';
comment on column linkage.key_segment.run_id is 'The run that wrote it: what a later run says of a record takes the place of what an earlier one said';
comment on column linkage.key_segment.faces is 'Rows in it: a patient_key and a key for each rule';
comment on column linkage.key_segment.sealed is 'The rows, sealed with AES-256-GCM';

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
