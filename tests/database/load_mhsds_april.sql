-- Purpose: staged rows of one MHSDS submission of April 2025, for load_mhsds.sh. key(text) gives
-- the same token for the same name. lee has two open registrations and a full address; ana only
-- default and closed registrations, a local second ethnic character and an address not in the
-- directory; wyn lives in Wales and has died.

insert into stage_mhs001mpi (patient_key, row_number, nhs_number_present, postcode,
    age_at_period_start, age_at_period_end, gender_identity, gender_stated, ethnic_category, died)
values (key('lee'), 2, true, key('SE13 6LH'), 17, 18, '2', '2', '99', false),
       (key('ana'), 3, false, key('not in the directory'), 40, 40, null, '1',
        'A1', false),
       (key('wyn'), 4, true, key('CF10 1AA'), null, null, 'X', null,
        null, true);
insert into stage_mhs002gp (patient_key, row_number, gp_practice, end_date)
values (key('lee'), 2, 'G85002', null),
       (key('lee'), 3, 'G85001', null),
       (key('lee'), 4, 'G85002', '2025-04-10'),
       (key('lee'), 5, 'V81999', null),
       (key('ana'), 6, 'V81998', null),
       (key('ana'), 7, 'G85001', '2025-04-10'),
       (key('wyn'), 8, 'X99999', null);
insert into stage_mhs101referral (referral_key, patient_key, received_date, received_time,
    age_at_referral, commissioner, source_of_referral, priority, primary_reason, team_key,
    discharge_date, rejection_date, reject_reason, closure_reason)
values (key('referral 1'), key('lee'), '2025-03-02', '09:30', 17, '72Q', 'A1', '3', '02',
        key('team 1'), '2025-04-29', null, null, '02'),
       (key('referral 2'), key('ana'), '2025-04-02', null, 40, '36L', null, null, null,
        key('team 2'), null, '2025-04-05', '01', null);
insert into stage_mhs102otherservicetype (referral_key, team_key, closure_date, rejection_date)
values (key('referral 1'), key('team 2'), '2025-04-20', null),
       (key('referral 1'), null, null, null);
insert into stage_mhs902serviceteamdetails (team_key, team_type, age_group)
values (key('team 1'), 'A06', '02'), (key('team 2'), 'D05', '02');
insert into stage_mhs201carecontact (contact_key, referral_key, patient_key, row_number,
    contact_date, contact_time, age_at_contact, team_key, attend_status, mechanism, location_type,
    duration_minutes)
values (key('contact 1'), key('referral 1'), key('lee'), 2, '2025-04-15', '10:05', 18,
        key('team 2'), '5', '01', 'A01', 45),
       (key('contact 2'), key('referral 1'), key('lee'), 3, '2025-04-16', null, 18, null, null,
        null, null, null);
insert into stage_mhs202careactivity (activity_key, contact_key, procedure, finding, observation)
values (key('activity 1'), key('contact 1'), '1082621000000104', '38341003', null),
       (key('activity 2'), key('contact 1'), E' 772822000 :\r\n408730004= 443390004\r\n',
        null, '75367002'),
       (key('activity 3'), key('contact 1'), '1:2=3,4=5', null, null),
       (key('activity 4'), key('contact 1'), E'772822000\r\n', E'F20.0\r\n', null),
       (key('activity 5'), key('contact 1'), null, null, null);
insert into stage_mhs501hospprovspell (spell_key, referral_key, patient_key, start_date,
    discharge_date, source_of_admission, method_of_admission, destination_of_discharge)
values (key('spell 1'), key('referral 1'), key('lee'), '2025-04-17', '2025-04-28',
        '19', '21', '29');
insert into stage_mhs502wardstay (ward_stay_key, spell_key, start_date, end_date, bed_class)
values (key('stay 1'), key('spell 1'), '2025-04-17', null, '200');
insert into stage_mhs003accommstatus (patient_key, type, settled, recorded_date)
values (key('lee'), '01', 'Y', '2025-04-01'), (key('lee'), '01', 'Y', '2025-04-01');
insert into stage_mhs004empstatus (patient_key, status, recorded_date, start_date, weekly_hours)
values (key('lee'), '01', '2025-04-01', '2025-03-01', '01');
insert into stage_mhs008careplantype (care_plan_key, patient_key, type, created_date, updated_date)
values (key('plan 1'), key('lee'), '10', '2025-04-03', null);
insert into stage_mhs606codedscoreassessmentrefer (referral_key, tool_code, score, completed_at)
values (key('referral 1'), '1091071000000100', '21', '2025-04-15 10:30');
insert into stage_mhs607codedscoreassessmentact (activity_key, tool_code, score)
values (key('activity 1'), '1037651000000100', '5');
insert into stage_mhs604primdiag (referral_key, scheme, code, coded_at)
values (key('referral 1'), '02', 'F20.0', '2025-04-15 10:30');
