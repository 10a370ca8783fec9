-- Purpose: rows whose identifiers broke a rule when they were loaded: refused, withheld or kept without the value.
-- Grain: one row a feed, field and rule. Inputs: quality.reject, quality.warning of applied deliveries.
with found as (
    select delivery_id, field, rule_code, count(*) as row_count, 'refused' as became
      from quality.reject
     group by delivery_id, field, rule_code
     union all
    select delivery_id, field, rule_code, row_count, 'warned'
      from quality.warning
)
select d.feed, f.field, f.rule_code, f.became, sum(f.row_count)::bigint as row_count
  from found as f
  join meta.delivery as d on d.delivery_id = f.delivery_id
 where d.state = 'applied'
   and lower(f.field) ~ 'nhs|birth|postcode|forename|surname|given|family|gender|sex|gmpreg|practice'
 group by d.feed, f.field, f.rule_code, f.became
having sum(f.row_count) > 0
 order by d.feed, f.field, f.rule_code, f.became
