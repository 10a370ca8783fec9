-- Purpose: the newest publication becomes the current one, whole. Rows of the last ten publications
--   are
-- kept; the publications themselves and what they were made from are kept for good.
update meta.publication set is_current = false where is_current;
update meta.publication set is_current = true
 where publication = (select max(publication) from meta.publication);
delete from publish.measure_value_all
 where publication <= (select max(publication) - 10 from meta.publication);
