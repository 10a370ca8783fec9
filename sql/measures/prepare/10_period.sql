-- Purpose: which reporting periods there are, which levels each is published by, and where a
--   measure file puts what it counts.
-- Grain: pg_temp.period one row a feed and month; pg_temp.level one row a feed, month, breakdown,
--   level.
-- Inputs: meta.delivery (applied), warehouse.practice, warehouse.organisation,
--   warehouse.demographic_level.
-- All prepared tables live as long as the transaction that computes and publishes.

-- A few large sorts and joins, one after the other, in this transaction only.
set local work_mem = '128MB';
set local jit = off;

-- Every window is the twelve submitted months that end with the period.
create temporary table period on commit drop as
with mhsds as (
    select distinct date_trunc('month', period_start)::date as month
      from meta.delivery
     where feed = 'mhsds' and state = 'applied'
), gp_smi as (
    select distinct date_trunc('month', period_end)::date as month
      from meta.delivery
     where feed = 'gp_smi' and state = 'applied'
), month_in as (
    select 'mhsds' as feed, month from mhsds
     union
    select 'gp_smi', month from gp_smi
     union
    select 'gp_smi', month from mhsds where month >= (select min(month) from gp_smi)
)
select m.feed,
       (m.month - interval '11 months')::date as period_start,
       c.month_end as period_end,
       c.reporting_month - 11 as start_month,
       c.reporting_month as end_month
  from month_in m
  join warehouse.calendar c on c.day = m.month;

-- A practice's extracts are known by its deliveries, so that an extract without anybody counts too.
create temporary table smi_extract on commit drop as
select distinct on (p.period_end, d.sender)
       p.period_start, p.period_end, d.sender as practice, d.delivery_id,
       d.period_end as extract_date
  from pg_temp.period p
  join meta.delivery d on d.period_end <= p.period_end
 where p.feed = 'gp_smi' and d.feed = 'gp_smi' and d.state = 'applied'
 order by p.period_end, d.sender, d.period_end desc, d.extract_at desc nulls last, d.delivery_id;

create temporary table sub_icb on commit drop as
select s.code, coalesce(o.name, s.code) as name
  from (select distinct sub_icb as code from warehouse.practice where sub_icb is not null) s
  left join warehouse.organisation o on o.organisation_code = s.code;

-- The skeleton: a figure is published for each of these, 0 where nothing was counted.
create temporary table level on commit drop as
with provider as (
    select p.feed, p.period_end, d.sender as code
      from pg_temp.period p
      join meta.delivery d on d.period_start between p.period_start and p.period_end
     where p.feed = 'mhsds' and d.feed = 'mhsds' and d.state = 'applied'
     union
    select 'gp_smi', period_end, practice from pg_temp.smi_extract
)
select feed, period_end, 'England' as breakdown, 'England' as primary_level,
       'England' as primary_level_description
  from pg_temp.period
 union all
select p.feed, p.period_end, 'Provider', p.code, coalesce(o.name, g.name, p.code)
  from provider p
  left join warehouse.organisation o on o.organisation_code = p.code
  left join warehouse.practice g on g.practice_code = p.code
 union all
select p.feed, p.period_end, 'Sub ICB of GP Practice or Residence', s.code, s.name
  from pg_temp.period p
 cross join (select code, name from pg_temp.sub_icb union all values ('UNKNOWN', 'UNKNOWN')) s
 union all
select p.feed, p.period_end, d.breakdown, d.primary_level, d.primary_level_description
  from pg_temp.period p
 cross join warehouse.demographic_level d;

-- What a measure file fills. unit is who or what is counted: a person or a referral. A unit may
-- have a row for each provider and sub-ICB it counts for, all with the same four demographic
-- columns. met is null for a count; for a percentage the rows are the denominator and met says who
-- is in the numerator.
create temporary table counted (
    measure_id text not null,
    period_end date not null,
    unit       uuid not null,
    provider   text not null,
    sub_icb    text not null,
    age        smallint,
    ethnic     text,
    gender     text,
    imd_decile smallint,
    met        boolean
) on commit drop;

-- Whose months a measure is computed for; filled from the headers of the measure files.
create temporary table measure_feed (
    measure_id text primary key,
    feed       text not null
) on commit drop;

analyze pg_temp.period, pg_temp.smi_extract, pg_temp.sub_icb, pg_temp.level;
