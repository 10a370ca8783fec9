-- Purpose: what every session of joinedup is set to. statement_timeout stays off: a large load may take hours.
-- Loads of one sender, and files of reference data, wait for each other, and so does a run for what a killed one
-- left running on the server: lock_timeout must outlast the longest of them, or a busy night fails its own files.
set search_path = pg_catalog;
set timezone = 'UTC';
set datestyle = 'ISO, YMD';
set intervalstyle = 'postgres';
set extra_float_digits = 1;
set standard_conforming_strings = on;
set client_min_messages = warning;
set lock_timeout = '4h';
-- Tables that keep no column are read without a COPY, so a load may be idle on the server for a while.
set idle_in_transaction_session_timeout = '1h';
-- A killed loader's statement ends with it, on a server that can see that its client is gone (Windows cannot).
select pg_catalog.set_config('client_connection_check_interval', '2s', false)
 where pg_catalog.version() not like '%Visual C++%';
set synchronous_commit = on
