-- Purpose: the golden cases of docs/measures.md, one made-up patient each.
-- Grain: a block is a case: rows, then what must be counted. Unless said otherwise the period ends
--   on
-- 30 September 2025: its window is October 2024 to September 2025, across two financial years.

insert into warehouse.practice (practice_code, name, sub_icb, delivery_id)
values ('Z00001', 'FIRST SURGERY', 'AA1', 1), ('Z00002', 'SECOND SURGERY', 'BB2', 1),
       ('Z00003', 'THIRD SURGERY', 'CC3', 1);
insert into warehouse.organisation values ('G01', 'FIRST TRUST', 'trust', 1);

-- A provider that submitted the month, with nobody in it: months are known by deliveries.
select test.submit('mhsds', 'G00', '2025-09-01'), test.submit('mhsds', 'G00', '2025-07-01');

-- ---- MHS108: two contacts with a community team ----

select test.referral('G01', '2025-04-01', 'a', 'r', age => 18), test.contact('G01', 'a', 'r', '2025-04-02'),
       test.contact('G01', 'a', 'r', '2025-04-09');
select test.expect('18th birthday on the referral date', 'MHS108', '2025-09-30', 'G01', 1);

select test.referral('G02', '2025-04-01', 'b', 'r', age => 17),
       (select count(test.contact('G02', 'b', 'r', d)) from unnest('{2025-04-01,2025-04-02,2025-04-03,2025-04-04,2025-04-07}'::date[]) d);
select test.expect('17 at referral, 19 now, five contacts', 'MHS108', '2025-09-30', 'G02', 0);

select test.referral('G03', '2025-04-01', 'c', 'x'), test.referral('G03', '2025-04-01', 'c', 'y'),
       test.contact('G03', 'c', 'x', '2025-04-02'), test.contact('G03', 'c', 'y', '2025-04-09');
select test.expect('one contact on each of two referrals', 'MHS108', '2025-09-30', 'G03', 0);

select test.referral('G04', '2025-04-01', 'd', 'r'), test.contact('G04', 'd', 'r', '2025-04-02'),
       test.contact('G04', 'd', 'r', '2025-04-09', mechanism => '05');
select test.expect('two contacts, one by email', 'MHS108', '2025-09-30', 'G04', 0);

select test.referral('G05', '2025-04-01', 'e', 'r'), test.contact('G05', 'e', 'r', '2025-04-02'),
       test.contact('G05', 'e', 'r', '2025-04-09', attended => '3');
select test.expect('one attended, one did not attend', 'MHS108', '2025-09-30', 'G05', 0);

select test.referral('G06', '2025-04-01', 'f', 'r'), test.contact('G06', 'f', 'r', '2025-04-02'),
       test.contact('G06', 'f', 'r', '2025-04-09'), test.spell('G06', '2025-06-01', 'f', 'r');
select test.expect('hospital spell in the same financial year', 'MHS108', '2025-09-30', 'G06', 0);
select test.expect('the spell is not known before it is submitted', 'MHS108', '2025-05-31', 'G06', 1);

select test.referral('G07', '2024-11-01', 'g', 'r'), test.spell('G07', '2024-11-01', 'g', 'r'),
       test.referral('G07', '2025-04-01', 'g', 'r'), test.contact('G07', 'g', 'r', '2025-04-02'),
       test.contact('G07', 'g', 'r', '2025-04-09');
select test.expect('spell in the year before, both contacts in this', 'MHS108', '2025-09-30', 'G07', 1);

select test.referral('G08', '2024-11-01', 'h', 'r'), test.spell('G08', '2024-11-01', 'h', 'r'),
       test.contact('G08', 'h', 'r', '2024-11-05'), test.contact('G08', 'h', 'r', '2024-11-06'),
       test.referral('G08', '2025-04-01', 'h', 'r'), test.contact('G08', 'h', 'r', '2025-04-02');
select test.expect('contacts of the year with the spell are lost', 'MHS108', '2025-09-30', 'G08', 0);

select test.referral('G09', '2024-11-01', 'i', 'r'), test.contact('G09', 'i', 'r', '2024-11-05'),
       test.contact('G09', 'i', 'r', '2024-11-06'), test.spell('G09', '2024-05-01', 'i', 'r');
select test.expect('spell before the window, same financial year', 'MHS108', '2025-09-30', 'G09', 0);

select test.referral('G10', '2025-04-01', 'j', 'r'), test.contact('G10', 'j', 'r', '2025-04-02'),
       test.contact('G10', 'j', 'r', '2025-04-09'), test.spell('G10', '2025-04-01', 'j', 'other');
select test.expect('spell on another referral', 'MHS108', '2025-09-30', 'G10', 1);

select test.patient('G11', '2025-04-01', 'k', council => 'W06000015'),
       test.referral('G11', '2025-04-01', 'k', 'r'), test.contact('G11', 'k', 'r', '2025-04-02'),
       test.contact('G11', 'k', 'r', '2025-04-09');
select test.expect('lives in Wales', 'MHS108', '2025-09-30', 'G11', 0);

select test.patient('G12', '2025-04-01', 'l', council => null),
       test.referral('G12', '2025-04-01', 'l', 'r'), test.contact('G12', 'l', 'r', '2025-04-02'),
       test.contact('G12', 'l', 'r', '2025-04-09');
select test.expect('residence unknown', 'MHS108', '2025-09-30', 'G12', 1);

select test.patient('G13', '2024-10-01', 'm', practice_sub_icb => 'AA1', home_sub_icb => 'CC3'),
       test.patient('G13', '2025-04-01', 'm', practice_sub_icb => 'BB2', home_sub_icb => 'CC3'),
       test.referral('G13', '2024-10-01', 'm', 'r'), test.referral('G13', '2025-04-01', 'm', 'r'),
       test.contact('G13', 'm', 'r', '2024-10-02'), test.contact('G13', 'm', 'r', '2025-04-02');
insert into test.expected values
    ('moved from AA1 to BB2: nothing at the old', 'MHS108', '2025-09-30', 'Sub ICB of GP Practice or Residence', 'AA1', 0),
    ('moved from AA1 to BB2: the second contact', 'MHS108', '2025-09-30', 'Sub ICB of GP Practice or Residence', 'BB2', 1);

select test.patient('G14', '2025-04-01', 'n', home_sub_icb => 'CC3'),
       test.referral('G14', '2025-04-01', 'n', 'r'), test.contact('G14', 'n', 'r', '2025-04-02'),
       test.contact('G14', 'n', 'r', '2025-04-09');
insert into test.expected values
    ('no practice: sub-ICB of residence', 'MHS108', '2025-09-30', 'Sub ICB of GP Practice or Residence', 'CC3', 1);

select test.referral('G15', '2025-04-01', 'o', 'r'), test.contact('G15', 'o', 'r', '2025-04-02'),
       test.contact('G15', 'o', 'r', '2025-04-09'),
       test.referral('G16', '2025-05-01', 'o', 'r'), test.contact('G16', 'o', 'r', '2025-05-02'),
       test.contact('G16', 'o', 'r', '2025-05-09');
select test.expect('two providers: once at the first', 'MHS108', '2025-09-30', 'G15', 1),
       test.expect('two providers: once at the second', 'MHS108', '2025-09-30', 'G16', 1);

select test.referral('G17', '2025-04-01', 'p', 'r'), test.contact('G17', 'p', 'r', '2025-04-02'),
       test.referral('G18', '2025-05-01', 'p', 'r'), test.contact('G18', 'p', 'r', '2025-05-02');
select test.expect('one contact at each of two providers', 'MHS108', '2025-09-30', 'G17', 0),
       test.expect('one contact at each of two providers', 'MHS108', '2025-09-30', 'G18', 0);

select test.referral('G19', '2025-04-01', 'q', 'r', teams => '{A06,A08}'),
       test.contact('G19', 'q', 'r', '2025-04-02');
select test.expect('two teams do not make two contacts of one', 'MHS108', '2025-09-30', 'G19', 0);

select test.referral('G20', '2025-04-01', 'r', 'r', teams => '{Z01,A16}'),
       test.contact('G20', 'r', 'r', '2025-04-02'), test.contact('G20', 'r', 'r', '2025-04-03');
select test.expect('only a further team is in the set', 'MHS108', '2025-09-30', 'G20', 1);

select test.referral('G21', '2025-04-01', 's', 'r'), test.contact('G21', 's', 'r', '2025-04-02'),
       test.referral('G21', '2025-05-01', 's', 'r', teams => '{Z01}'),
       test.contact('G21', 's', 'r', '2025-05-02');
select test.expect('team left the set before the second contact', 'MHS108', '2025-09-30', 'G21', 0);

select test.referral('G22', '2023-02-01', 't', 'r', teams => '{A14}'),
       test.contact('G22', 't', 'r', '2023-02-02'), test.referral('G22', '2023-03-01', 't', 'r', teams => '{A14}'),
       test.contact('G22', 't', 'r', '2023-03-02'), test.submit('mhsds', 'G22', '2023-04-01');
select test.expect('early intervention team, period to March 2023', 'MHS108', '2023-03-31', 'G22', 0),
       test.expect('early intervention team, period to April 2023', 'MHS108', '2023-04-30', 'G22', 1);

select test.referral('G23', '2024-09-01', 'u', 'r'), test.referral('G23', '2024-10-01', 'u', 'r'),
       test.contact('G23', 'u', 'r', '2024-09-30'), test.contact('G23', 'u', 'r', '2024-10-01'),
       test.submit('mhsds', 'G23', '2025-08-01');
select test.expect('first contact in the first month of the window', 'MHS108', '2025-08-31', 'G23', 1),
       test.expect('first contact a month before the window', 'MHS108', '2025-09-30', 'G23', 0);

select test.referral('G24', '2025-04-01', 'v', 'r', age => null),
       test.contact('G24', 'v', 'r', '2025-04-02'), test.contact('G24', 'v', 'r', '2025-04-03');
select test.expect('age at referral unknown', 'MHS108', '2025-09-30', 'G24', 0);

-- A person who is two patients of one provider, linked: still one person, but contacts keep their
-- referral.
select test.referral('G25', '2025-04-01', 'w1', 'r1'), test.referral('G25', '2025-04-01', 'w2', 'r2'),
       test.contact('G25', 'w1', 'r1', '2025-04-02'), test.contact('G25', 'w1', 'r1', '2025-04-03'),
       test.contact('G25', 'w2', 'r2', '2025-04-02'), test.contact('G25', 'w2', 'r2', '2025-04-03');
update warehouse.patient set person_key = test.key('person w') where patient_key in (test.key('G25w1'), test.key('G25w2'));
select test.expect('one person under two local ids', 'MHS108', '2025-09-30', 'G25', 1);

select test.referral('DFC', '2025-04-01', 'x', 'r'), test.contact('DFC', 'x', 'r', '2025-04-02', mechanism => '05'),
       test.contact('DFC', 'x', 'r', '2025-04-03', mechanism => '05');
select test.expect('online provider by email is no community contact', 'MHS108', '2025-09-30', 'DFC', 0);

-- Each team type, attendance code and mechanism, two contacts of its kind. Providers T.., S.., K...
select test.referral('T' || t, '2025-04-01', 'T' || t, 'r', teams => array[t]),
       test.contact('T' || t, 'T' || t, 'r', '2025-04-02'), test.contact('T' || t, 'T' || t, 'r', '2025-04-03'),
       test.expect('team type ' || t, 'MHS108', '2025-09-30', 'T' || t,
                   (t in ('A05', 'A06', 'A08', 'A09', 'A12', 'A13', 'A14', 'A16', 'C03', 'C10', 'D05'))::int)
  from unnest('{A01,A02,A05,A06,A07,A08,A09,A10,A11,A12,A13,A14,A15,A16,A18,B01,C01,C02,C03,C04,C10,D01,D05,E01,F02,Z01}'::text[]) t;
select test.referral('S' || s, '2025-04-01', 'S' || s, 'r'),
       test.contact('S' || s, 'S' || s, 'r', '2025-04-02', s), test.contact('S' || s, 'S' || s, 'r', '2025-04-03', s),
       test.expect('attendance ' || s, 'MHS108', '2025-09-30', 'S' || s, (s in ('5', '6'))::int)
  from unnest('{0,2,3,4,5,6,7}'::text[]) s;
select test.referral('K' || k, '2025-04-01', 'K' || k, 'r'),
       test.contact('K' || k, 'K' || k, 'r', '2025-04-02', '5', k), test.contact('K' || k, 'K' || k, 'r', '2025-04-03', '5', k),
       test.expect('mechanism ' || k, 'MHS108', '2025-09-30', 'K' || k, (k in ('01', '02', '04', '11'))::int)
  from unnest('{01,02,03,04,05,06,09,10,11,12,13,98}'::text[]) k;
-- Before October 2021 every mechanism counts but two.
select test.referral('O' || k, '2021-09-01', 'O' || k, 'r'),
       test.contact('O' || k, 'O' || k, 'r', '2021-09-02', '5', k), test.contact('O' || k, 'O' || k, 'r', '2021-09-03', '5', k),
       test.expect('mechanism ' || k || ' before version 5', 'MHS108', '2021-09-30', 'O' || k, (k not in ('05', '06'))::int)
  from unnest('{01,03,05,06,98}'::text[]) k;
select test.referral('O', '2021-09-01', 'O', 'r'), test.contact('O', 'O', 'r', '2021-09-02', '5', null),
       test.contact('O', 'O', 'r', '2021-09-03', '5', null),
       test.expect('no mechanism before version 5', 'MHS108', '2021-09-30', 'O', 0);

-- ---- MHS116: referrals with employment support ----

select test.referral('M01', '2025-04-01', 'ia', 'r', teams => '{D05}'), test.contact('M01', 'ia', 'r', '2025-04-02');
select test.expect('team and one contact', 'MHS116', '2025-09-30', 'M01', 1);

select test.referral('M02', '2025-04-01', 'ib', 'r', teams => '{D05}');
select test.expect('team without contact', 'MHS116', '2025-09-30', 'M02', 0);

select test.referral('M03', '2025-04-01', 'ic', 'r'),
       test.activity('M03', '2025-04-02', test.contact('M03', 'ic', 'r', '2025-04-02'), '1082621000000104');
select test.expect('coded contact of another team', 'MHS116', '2025-09-30', 'M03', 1);

select test.referral('M04', '2025-04-01', 'id', 'r'),
       test.activity('M04', '2025-04-02', test.contact('M04', 'id', 'r', '2025-04-02'), '772822000', '443390004');
select test.expect('code qualified as refused', 'MHS116', '2025-09-30', 'M04', 0);

select test.referral('M05', '2025-04-01', 'ie', 'r'),
       test.activity('M05', '2025-04-02', test.contact('M05', 'ie', 'r', '2025-04-02', '3'), '772822000'),
       test.contact('M05', 'ie', 'r', '2025-04-03');
select test.expect('code on a contact nobody attended', 'MHS116', '2025-09-30', 'M05', 0);

select test.referral('M06', '2025-04-01', 'if', 'r', teams => '{D05}'),
       test.contact('M06', 'if', 'r', '2025-04-02', mechanism => '05');
select test.expect('email at an ordinary provider', 'MHS116', '2025-09-30', 'M06', 0);

select test.referral('S9X2N', '2025-04-01', 'ig', 'r', teams => '{D05}'),
       test.contact('S9X2N', 'ig', 'r', '2025-04-02', mechanism => '13');
select test.expect('chat room at an online provider', 'MHS116', '2025-09-30', 'S9X2N', 1);

select test.referral('M07', '2025-04-01', 'ih', 'r', teams => '{D05}', received => '2015-12-31'),
       test.contact('M07', 'ih', 'r', '2025-04-02');
select test.expect('received in 2015', 'MHS116', '2025-09-30', 'M07', 0);
select test.referral('M08', '2025-04-01', 'ii', 'r', teams => '{D05}', received => '2016-01-01'),
       test.contact('M08', 'ii', 'r', '2025-04-02');
select test.expect('received on 1 January 2016', 'MHS116', '2025-09-30', 'M08', 1);

select test.referral('M09', '2025-04-01', 'ij', 'r', teams => '{D05,A06}'),
       test.activity('M09', '2025-04-02', test.contact('M09', 'ij', 'r', '2025-04-02'), '772822000'),
       test.referral('M09', '2025-05-01', 'ij', 'r', teams => '{D05,A06}'), test.contact('M09', 'ij', 'r', '2025-05-02');
select test.expect('found by team and by code, in two months', 'MHS116', '2025-09-30', 'M09', 1),
       test.expect('employment support is a community team too', 'MHS108', '2025-09-30', 'M09', 1);

select test.patient('M10', '2025-04-01', 'ik', council => 'W06000015'),
       test.referral('M10', '2025-04-01', 'ik', 'r', teams => '{D05}'), test.contact('M10', 'ik', 'r', '2025-04-02');
select test.expect('lives in Wales', 'MHS116', '2025-09-30', 'M10', 0);

select test.referral('M11', '2025-04-01', 'il', 'x', teams => '{D05}'), test.contact('M11', 'il', 'x', '2025-04-02'),
       test.referral('M11', '2025-04-01', 'il', 'y', teams => '{D05}', age => 15), test.contact('M11', 'il', 'y', '2025-04-03');
select test.expect('two referrals of one person, one at 15', 'MHS116', '2025-09-30', 'M11', 2);

-- The first contact of the window tells who and where: here the coded one of May, not the plain one
-- of April.
select test.patient('M12', '2025-04-01', 'im', practice_sub_icb => 'AA1', ethnic => 'H'),
       test.patient('M12', '2025-05-01', 'im', practice_sub_icb => 'BB2', ethnic => 'J'),
       test.patient('M12', '2025-06-01', 'im', practice_sub_icb => 'CC3', ethnic => 'K'),
       test.referral('M12', '2025-04-01', 'im', 'r', teams => '{Z01}'), test.contact('M12', 'im', 'r', '2025-04-02'),
       test.referral('M12', '2025-05-01', 'im', 'r', teams => '{Z01}'),
       test.activity('M12', '2025-05-02', test.contact('M12', 'im', 'r', '2025-05-02'), '772822000'),
       test.referral('M12', '2025-06-01', 'im', 'r', teams => '{Z01}'),
       test.activity('M12', '2025-06-02', test.contact('M12', 'im', 'r', '2025-06-02'), '772822000');
select test.expect('coded contacts of an uncoded team', 'MHS116', '2025-09-30', 'M12', 1);
insert into test.expected values
    ('uncoded contact does not attribute', 'MHS116', '2025-09-30', 'Sub ICB of GP Practice or Residence', 'AA1', 0),
    ('first coded contact attributes', 'MHS116', '2025-09-30', 'Sub ICB of GP Practice or Residence', 'BB2', 1),
    ('later contact does not attribute', 'MHS116', '2025-09-30', 'Sub ICB of GP Practice or Residence', 'CC3', 0),
    ('ethnicity of the first coded contact', 'MHS116', '2025-09-30', 'England; Ethnicity', 'J', 1),
    ('not of an earlier record', 'MHS116', '2025-09-30', 'England; Ethnicity', 'H', 0),
    ('not of the latest record', 'MHS116', '2025-09-30', 'England; Ethnicity', 'K', 0);

-- ---- demographic levels of MHS108: the person's latest record in the window ----

select test.patient('D01', '2025-04-01', 'da', age => 91, ethnic => 'B', gender_identity => '1', imd_decile => 2),
       test.patient('D01', '2025-06-01', 'da', age => 92, ethnic => 'R', gender_identity => '3', gender_stated => '1', imd_decile => 7),
       test.patient('D01', '2025-10-01', 'da', age => 93, ethnic => 'S', gender_identity => '4', imd_decile => 8),
       test.referral('D01', '2025-04-01', 'da', 'r'), test.contact('D01', 'da', 'r', '2025-04-02'),
       test.contact('D01', 'da', 'r', '2025-04-03');
-- Same month, two providers: the later submission is the later record.
select test.patient('D02', '2025-04-01', 'db', age => 70, ethnic => 'Z', gender_stated => '9', submitted => '2025-05-20'),
       test.patient('D03', '2025-04-01', 'db', age => 70, ethnic => 'M', gender_stated => '2', submitted => '2025-05-19'),
       test.referral('D02', '2025-04-01', 'db', 'r'), test.contact('D02', 'db', 'r', '2025-04-02'),
       test.contact('D02', 'db', 'r', '2025-04-03');
select test.patient('D04', '2025-04-01', 'dc', age => 25, ethnic => '99', gender_stated => 'X', imd_decile => 10),
       test.referral('D04', '2025-04-01', 'dc', 'r'), test.contact('D04', 'dc', 'r', '2025-04-02'),
       test.contact('D04', 'dc', 'r', '2025-04-03');
insert into test.expected values
    ('age band of the latest record', 'MHS108', '2025-09-30', 'England; Age Band', '90 and over', 1),
    ('age band, whole decade', 'MHS108', '2025-09-30', 'England; Age Band', '70 to 74', 1),
    ('age band, lower edge', 'MHS108', '2025-09-30', 'England; Age Band', '25 to 29', 1),
    ('ethnicity of an earlier record', 'MHS108', '2025-09-30', 'England; Ethnicity', 'B', 0),
    ('ethnicity of the latest record', 'MHS108', '2025-09-30', 'England; Ethnicity', 'R', 1),
    ('ethnicity of a record after the period', 'MHS108', '2025-09-30', 'England; Ethnicity', 'S', 0),
    ('ethnicity of the later submission', 'MHS108', '2025-09-30', 'England; Ethnicity', 'Z', 1),
    ('ethnicity of the earlier submission', 'MHS108', '2025-09-30', 'England; Ethnicity', 'M', 0),
    ('ethnicity not known is a level of its own', 'MHS108', '2025-09-30', 'England; Ethnicity', '99', 1),
    ('upper ethnicity', 'MHS108', '2025-09-30', 'England; Upper Ethnicity', 'Other Ethnic Groups', 1),
    ('upper ethnicity not stated', 'MHS108', '2025-09-30', 'England; Upper Ethnicity', 'Not Stated', 1),
    ('upper ethnicity not known', 'MHS108', '2025-09-30', 'England; Upper Ethnicity', 'Not Known', 1),
    ('gender identity goes first', 'MHS108', '2025-09-30', 'England; Gender', '3', 1),
    ('stated gender where identity is missing', 'MHS108', '2025-09-30', 'England; Gender', '9', 1),
    ('stated gender not overruled by an earlier submission', 'MHS108', '2025-09-30', 'England; Gender', '2', 0),
    ('deprivation decile 7', 'MHS108', '2025-09-30', 'England; IMD Decile', '07 Less deprived', 1),
    ('deprivation decile 10', 'MHS108', '2025-09-30', 'England; IMD Decile', '10 Least deprived', 1);

-- ---- physical health checks: the period's edge is 30 September 2024 ----

select test.register('P01', '2025-09-30', 'pa', '2024-10-01', '2025-09-30');
select test.expect('six checks, oldest a day inside', 'PHS014a', '2025-09-30', 'P01', 1);
select test.register('P02', '2025-09-30', 'pb', '2025-06-01', '2024-09-30');
select test.expect('one check exactly twelve months before', 'PHS014a', '2025-09-30', 'P02', 0),
       test.expect('still on the register', 'PHS001', '2025-09-30', 'P02', 1);
select test.register('P03', '2025-09-30', 'pc', '2025-06-01', '2025-10-01');
select test.expect('one check after the period end', 'PHS014a', '2025-09-30', 'P03', 0);
select test.register('P04', '2025-09-30', 'pd', '2025-06-01', null);
select test.expect('five checks of six', 'PHS014a', '2025-09-30', 'P04', 0);
select test.register('P05', '2025-09-30', 'pe', '2025-06-01', '2025-06-01', remission => true);
select test.expect('in remission: not on the register', 'PHS001', '2025-09-30', 'P05', 0),
       test.expect('in remission: not checked either', 'PHS014a', '2025-09-30', 'P05', 0);
select test.register('P06', '2025-09-30', 'pf', '2025-06-01', '2025-06-01', on_register => false);
select test.expect('not on the register', 'PHS001', '2025-09-30', 'P06', 0);
select test.register('P07', '2025-09-30', 'pg', register_date => '2025-09-30'),
       test.register('P07', '2025-09-30', 'ph', register_date => null),
       test.register('P07', '2025-09-30', 'pi', register_date => '2025-10-01');
select test.expect('on the register since the last day, since ever, since too late', 'PHS001', '2025-09-30', 'P07', 2);
select test.register('P08', '2025-06-30', 'pj'), test.register('P08', '2025-06-30', 'pk'),
       test.register('P08', '2025-08-15', 'pj', '2025-08-01', '2025-08-01'), test.register('P08', '2025-10-05', 'pk');
select test.expect('two in the June extract', 'PHS001', '2025-07-31', 'P08', 2),
       test.expect('the August extract takes its place', 'PHS001', '2025-09-30', 'P08', 1),
       test.expect('with its checks', 'PHS014a', '2025-09-30', 'P08', 1),
       test.expect('the October extract counts in October', 'PHS014a', '2025-10-31', 'P08', 0);
-- One person on two registers; the checks are known at one practice.
select test.register('P09', '2025-09-30', 'pl', '2025-06-01', '2025-06-01', sub_icb => 'AA1', ethnic => 'P1', sex => '1', age => 19, imd_decile => 1),
       test.register('P10', '2025-09-15', 'pl', sub_icb => 'BB2', ethnic => 'N', sex => '2', age => 18, imd_decile => 3);
select test.expect('register of the first practice', 'PHS001', '2025-09-30', 'P09', 1),
       test.expect('register of the second practice', 'PHS001', '2025-09-30', 'P10', 1),
       test.expect('checked at the first', 'PHS014a', '2025-09-30', 'P09', 1),
       test.expect('not known to the second', 'PHS014a', '2025-09-30', 'P10', 0);
insert into test.expected values
    ('ethnicity by the first letter, later extract', 'PHS001', '2025-09-30', 'England; Ethnicity', 'P', 1),
    ('not by the earlier extract', 'PHS001', '2025-09-30', 'England; Ethnicity', 'N', 0),
    ('sex as gender', 'PHS001', '2025-09-30', 'England; Gender', '1', 1),
    ('single year of age', 'PHS001', '2025-09-30', 'England; Age Band', '19', 1),
    ('most deprived', 'PHS001', '2025-09-30', 'England; IMD Decile', '01 Most deprived', 1),
    ('sub-ICB of the practice', 'PHS014a', '2025-09-30', 'Sub ICB of GP Practice or Residence', 'AA1', 1),
    ('sub-ICB of the other practice', 'PHS014a', '2025-09-30', 'Sub ICB of GP Practice or Residence', 'BB2', 0),
    -- P01 to P04 one each, P07 two, P08 one, P09 and P10 one together
    ('register of the whole system', 'PHS001', '2025-09-30', 'England', 'England', 8),
    -- P01, P08, P09
    ('all six of the whole system', 'PHS014a', '2025-09-30', 'England', 'England', 3),
    ('numerator of the percentage', 'PHS014b', '2025-09-30', 'England', 'England', 3);

-- A delivery that was replaced is no delivery.
select test.register('P11', '2025-09-30', 'pm');
update meta.delivery set state = 'replaced' where sender = 'P11';
insert into test.expected values
    ('one person at two providers, whole system', 'MHS108', '2025-09-30', 'England', 'England',
     -- all cases above that count in this period, person o once
     (select sum(value) from test.expected
       where measure_id = 'MHS108' and period_end = '2025-09-30' and breakdown = 'Provider') - 1
     -- cases without a provider line: G13, G14, D01, D02, D04
     + 5),
    ('referrals of the whole system', 'MHS116', '2025-09-30', 'England', 'England',
     (select sum(value) from test.expected
       where measure_id = 'MHS116' and period_end = '2025-09-30' and breakdown = 'Provider')
     -- team type D05 of the table above
     + 1);
