-- Purpose: what the answers to a sample say, by bin and group.
-- Grain: one row a bin and group, the highest bin first. Inputs: linkage.review; batch.
select bin,
       bin_group,
       bin_total,
       count(*) as drawn,
       count(*) filter (where answer in ('same', 'different')) as answered,
       count(*) filter (where answer = 'same') as same,
       count(*) filter (where answer = 'unsure') as unsure,
       threshold,
       model_version
  from linkage.review
 where batch = $1
 group by bin, bin_group, bin_total, threshold, model_version
 order by bin desc, bin_group
