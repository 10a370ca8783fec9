-- Purpose: what two nights over the same deliveries must agree on, one line a table: rows and MD5 of all
-- rows in order. Left out: run ids, times of day, publication numbers, which tell when and not what.
-- ledger = all: every delivery that was judged; ledger = applied: those whose rows count.
set client_min_messages = warning;
select format('select %L, count(*), md5(coalesce(string_agg(t::text, E''\n'' order by t::text collate "C"), '''')) from %I.%I as t',
              n.nspname || '.' || c.relname, n.nspname, c.relname)
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relkind = 'r'
   and (n.nspname in ('warehouse', 'mart')
        or n.nspname = 'linkage' and c.relname in ('record', 'area', 'pair')
        or n.nspname = 'quality' and :'ledger' = 'all')
 order by n.nspname, c.relname
\gexec
select 'meta.delivery', count(*), md5(coalesce(string_agg(t::text, E'\n' order by t::text collate "C"), ''))
  from (select delivery_id, feed, sender, case when :'ledger' = 'all' then file_name end as file_name, content_sha256, content_bytes, period_start, period_end,
               extract_at, definition_hash, key_id, state,
               case when :'ledger' = 'all' then replaced_by end, error_code, error_text
          from meta.delivery
         where :'ledger' = 'all' or state = 'applied') as t;
select 'meta.delivery_table', count(*), md5(coalesce(string_agg(t::text, E'\n' order by t::text collate "C"), ''))
  from meta.delivery_table as t
 where :'ledger' = 'all'
    or delivery_id in (select delivery_id from meta.delivery where state = 'applied');
select 'publish.measure_value', count(*), md5(coalesce(string_agg(t::text, E'\n' order by t::text collate "C"), ''))
  from publish.measure_value as t;
