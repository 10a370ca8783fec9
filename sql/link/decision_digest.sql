-- Purpose: changes whenever a decision is made or withdrawn.
select count(*) || '-' || count(withdrawn_at) from linkage.decision
