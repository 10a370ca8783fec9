-- Purpose: runs, the ledger of deliveries, settings, publications.
-- Grain: one row a delivery (feed and content), one row a table of a delivery, one row a run.
-- The row of meta.delivery with state 'applied' is the commit marker of a load: it is written in the same
-- transaction as the facts. delivery_id comes from the content, so a rerun gives the same id.

create table meta.setting (
    name  text primary key,
    value text not null
);
comment on table meta.setting is 'What the stored data depends on: schema version, key id and check value';

create table meta.run (
    run_id      bigint generated always as identity primary key,
    started_at  timestamptz not null default now(),
    ended_at    timestamptz,
    exit_status integer,
    summary     jsonb
);
comment on table meta.run is 'One row a run of the night; summary is what run --json printed';

create table meta.delivery (
    delivery_id     bigint primary key,
    feed            text not null,
    sender          text not null,
    file_name       text not null,
    content_sha256  bytea not null check (length(content_sha256) = 32),
    content_bytes   bigint not null,
    period_start    date,
    period_end      date,
    extract_at      timestamp,
    received_at     timestamptz not null default now(),
    definition_hash bytea not null,
    code_version    text not null,
    key_id          text not null,
    state           text not null check (state in ('applied', 'replaced', 'superseded', 'refused')),
    replaced_by     bigint,
    error_code      text,
    error_text      text,
    seconds         numeric(12, 3),
    run_id          bigint not null
);
comment on table meta.delivery is 'The ledger: every delivery ever judged. applied = its rows count; replaced = a later extract took its place; superseded = it came after a later extract and was never applied; refused = held, see error_code';
comment on column meta.delivery.delivery_id is 'First 63 bits of SHA-256 over feed and content, and over sender and period where only the file name tells them';
comment on column meta.delivery.extract_at is 'When the sender made the extract, by its own clock';
create index on meta.delivery (feed, sender, period_start);

create table meta.delivery_table (
    delivery_id bigint not null references meta.delivery on delete cascade,
    table_name  text not null,
    received    bigint not null,
    staged      bigint not null,
    rejected    bigint not null,
    duplicate   bigint not null,
    withheld    bigint not null,
    primary key (delivery_id, table_name),
    constraint rows_reconcile check (received = staged + rejected + duplicate + withheld)
);
comment on table meta.delivery_table is 'Row counts of each table of a delivery; they must reconcile';

create table meta.publication (
    publication   integer primary key,
    published_at  timestamptz not null default now(),
    run_id        bigint not null,
    policy        text not null,
    policy_version text not null,
    cube_sha256   bytea not null,
    code_version  text not null,
    is_current    boolean not null default false
);
comment on table meta.publication is 'Numbered publications; exactly one is current';
create unique index one_current_publication on meta.publication (is_current) where is_current;

create table meta.publication_delivery (
    publication integer not null references meta.publication on delete cascade,
    delivery_id bigint not null,
    primary key (publication, delivery_id)
);
comment on table meta.publication_delivery is 'Which deliveries a publication was computed from';
