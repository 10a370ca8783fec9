-- Purpose: remembers what init put into a new site, for reset.sql.
set client_min_messages = warning;
create schema harness;
create table harness.setting as table meta.setting;
create table harness.kept (name text primary key);
select format('insert into harness.kept select %L where exists (select from %I.%I)',
              format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
 where c.relkind = 'r'
   and n.nspname in ('meta', 'linkage', 'warehouse', 'mart', 'publish', 'quality')
   and (n.nspname, c.relname) not in (('meta', 'setting'), ('meta', 'run'))
\gexec
