-- Purpose: content $1 came again, as file $2 of sender $3 for the period $4 to $5.
insert into meta.sighting (delivery_id, file_name, sender, period_start, period_end)
values ($1::bigint, $2, $3, $4::date, $5::date)
