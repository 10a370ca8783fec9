-- Purpose: how fresh what each sender sent is, and which months between its first and its last are missing.
-- Grain: one row a feed and sender with an applied delivery that has a period. Inputs: meta.delivery.
with applied as (
    select feed, sender, period_start, period_end
      from meta.delivery
     where state = 'applied' and period_start is not null
), span as (
    select feed, sender, count(*) as deliveries, min(period_start) as first_period,
           max(period_end) as last_period, max(period_start) as last_start
      from applied
     group by feed, sender
)
select s.feed, s.sender, s.deliveries, s.first_period, s.last_period,
       current_date - s.last_period as age_days,
       coalesce((select string_agg(to_char(m, 'YYYY-MM'), ' ' order by m)
                   from generate_series(date_trunc('month', s.first_period::timestamp),
                                        date_trunc('month', s.last_start::timestamp), interval '1 month') m
                  where not exists (select from applied a
                                     where a.feed = s.feed and a.sender = s.sender
                                       and a.period_start < m + interval '1 month'
                                       and a.period_end >= m)), '') as missing_months
  from span s
 order by s.feed, s.sender
