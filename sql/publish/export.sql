-- Purpose: one reporting period of the current publication, protected, in NHS England's columns.
-- Parameters: 1 first day of the month it ends in, 2 measure ids with commas between, or null for
--   all.
select to_char(reporting_period_start, 'DD/MM/YYYY'), to_char(reporting_period_end, 'DD/MM/YYYY'),
       status, breakdown, primary_level, primary_level_description, secondary_level,
       secondary_level_description, measure_id, measure_name, measure_value
  from publish.measure_value_all v
  join meta.publication p on p.publication = v.publication and p.is_current
 where date_trunc('month', reporting_period_end) = $1::date
   and ($2::text is null or measure_id = any (string_to_array($2, ',')))
 order by v.row_number;
