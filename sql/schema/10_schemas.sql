-- Purpose: schemas and what each is for. Run once by init, as the owner of the database.
-- Owner of the definition: docs/architecture.md, "The warehouse".

create schema if not exists meta;
create schema if not exists linkage;
create schema if not exists warehouse;
create schema if not exists mart;
create schema if not exists publish;
create schema if not exists quality;

comment on schema meta is 'Runs, deliveries, the ledger, settings, publications';
comment on schema linkage is 'Tokens by which records of one person are found. Only the pipeline may look';
comment on schema warehouse is 'Pseudonymised facts and dimensions';
comment on schema mart is 'Exact measures, restricted';
comment on schema publish is 'What BI tools read: protected figures only';
comment on schema quality is 'Refused rows and checks, without values that identify';
