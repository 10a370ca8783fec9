-- Purpose: exact measures (mart), protected figures (publish), refused rows (quality).
-- Grain: mart.measure_value one row a measure, period end, breakdown and level.

create table mart.measure_value (
    measure_id        text not null,
    period_start      date not null,
    period_end        date not null,
    breakdown         text not null,
    primary_level     text not null,
    primary_level_description text not null,
    secondary_level   text not null default 'NONE',
    secondary_level_description text not null default 'NONE',
    numerator         bigint not null,
    denominator       bigint,
    primary key (measure_id, period_end, breakdown, primary_level, secondary_level)
);
comment on table mart.measure_value is 'Exact figures. denominator is null for counts; a percentage is 100 * numerator / denominator';

create table mart.measure (
    measure_id   text primary key,
    name         text not null,
    unit         text not null,
    time_window  text not null,
    kind         text not null check (kind in ('count', 'percent')),
    numerator_id text,
    source       text not null,
    caveats      text not null default ''
);
comment on table mart.measure is 'The measure dimension, from the headers of sql/measures';

create table publish.measure_value_all (
    publication  integer not null references meta.publication on delete cascade,
    row_number   integer not null,
    reporting_period_start date not null,
    reporting_period_end   date not null,
    status       text not null,
    breakdown    text not null,
    primary_level text not null,
    primary_level_description text not null,
    secondary_level text not null,
    secondary_level_description text not null,
    measure_id   text not null,
    measure_name text not null,
    measure_value text not null,
    primary key (publication, row_number)
);
comment on table publish.measure_value_all is 'Protected figures of every publication, in NHS England''s column order';

create view publish.measure_value with (security_barrier) as
select v.reporting_period_start, v.reporting_period_end, v.status, v.breakdown, v.primary_level,
       v.primary_level_description, v.secondary_level, v.secondary_level_description, v.measure_id,
       v.measure_name, v.measure_value
  from publish.measure_value_all v
  join meta.publication p on p.publication = v.publication and p.is_current;
comment on view publish.measure_value is 'Figures of the current publication: what BI tools and commissioners read';

create view publish.publication with (security_barrier) as
select publication, published_at, policy, policy_version, encode(cube_sha256, 'hex') as cube_sha256, code_version
  from meta.publication
 where is_current;
comment on view publish.publication is 'The number and make of the current publication';

create view publish.calendar with (security_barrier) as select * from warehouse.calendar;
comment on view publish.calendar is 'Every day with its reporting month and financial year';

create table quality.reject (
    delivery_id bigint not null,
    table_name  text not null,
    row_number  bigint not null,
    field       text not null,
    rule_code   text not null,
    outcome     text not null check (outcome in ('rejected', 'duplicate', 'withheld')),
    masked      text not null
);
comment on table quality.reject is 'Rows that were not staged: where and why; masked is the shape of the value, empty for identifiers';
create index on quality.reject (delivery_id);

create table quality.warning (
    delivery_id bigint not null,
    table_name  text not null,
    field       text not null,
    rule_code   text not null,
    row_count   bigint not null,
    detail      text not null default ''
);
comment on table quality.warning is 'Rows kept with a warning, and notices on columns and members, counted';
create index on quality.warning (delivery_id);
