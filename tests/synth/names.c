#include "names.h"

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const women[] = {
    "Abena",      "Adaeze",    "Adele",     "Agnieszka", "Aisha",    "Akua",      "Alice",
    "Amara",      "Amelia",    "Amina",     "Amy",       "Ana",      "Anaïs",     "Angela",
    "Anita",      "Anna",      "Annette",   "Asha",      "Ayesha",   "Ayşe",      "Barbara",
    "Beatriz",    "Bernice",   "Beverley",  "Blessing",  "Bridget",  "Bukola",    "Carmen",
    "Carol",      "Caroline",  "Catherine", "Charlotte", "Chantal",  "Chen",      "Chidinma",
    "Chloé",      "Christine", "Claire",    "Comfort",   "Danielle", "Deborah",   "Denise",
    "Diana",      "Dionne",    "Dorothy",   "Efua",      "Eileen",   "Elaine",    "Eleanor",
    "Elif",       "Elizabeth", "Ella",      "Emily",     "Emma",     "Esi",       "Esther",
    "Eve",        "Farah",     "Fatima",    "Fiona",     "Florence", "Folake",    "Frances",
    "Freya",      "Funmilayo", "Gemma",     "Geraldine", "Gloria",   "Grace",     "Hanna",
    "Hannah",     "Harriet",   "Hawa",      "Hazel",     "Heather",  "Helen",     "Héloïse",
    "Hoa",        "Ifeoma",    "Inês",      "Ingrid",    "Irene",    "Isabel",    "Jacqueline",
    "Jane",       "Janet",     "Jasmine",   "Jennifer",  "Jessica",  "Joan",      "Joanna",
    "Joy",        "Joyce",     "Judith",    "Julia",     "Karen",    "Katarzyna", "Kavita",
    "Keisha",     "Kemi",      "Khadija",   "Lakshmi",   "Lan",      "Laura",     "Leah",
    "Leila",      "Linda",     "Lorna",     "Louise",    "Lucia",    "Lucy",      "Mai",
    "Małgorzata", "Marcia",    "Margaret",  "Maria",     "María",    "Mary",      "Maryam",
    "Mei",        "Mercy",     "Michelle",  "Miriam",    "Mónica",   "Nadia",     "Nana",
    "Naomi",      "Natalie",   "Ngozi",     "Nicola",    "Nimco",    "Nkechi",    "Olga",
    "Olivia",     "Oluchi",    "Pamela",    "Patricia",  "Pauline",  "Paulina",   "Precious",
    "Priya",      "Rachel",    "Rebecca",   "Renée",     "Rita",     "Rosa",      "Rosemary",
    "Ruth",       "Sabrina",   "Samantha",  "Sandra",    "Sarah",    "Sasha",     "Shanice",
    "Sharon",     "Shirley",   "Sian",      "Siobhán",   "Sofia",    "Sophie",    "Stella",
    "Sunita",     "Susan",     "Sylvia",    "Tanya",     "Teresa",   "Thandiwe",  "Thi",
    "Tolu",       "Ursula",    "Valerie",   "Vanessa",   "Victoria", "Wendy",     "Xiu",
    "Yetunde",    "Yvonne",    "Zahra",     "Zainab",    "Zoë",      "Zuzanna"};

static const char *const men[] = {
    "Aaron",    "Abdi",     "Abdul",    "Adam",      "Adebayo",  "Adrian",   "Ahmed",
    "Akin",     "Alan",     "Alberto",  "Alexander", "Ali",      "Amir",     "Andrew",
    "André",    "Anthony",  "Arjun",    "Arthur",    "Ashok",    "Barry",    "Ben",
    "Benjamin", "Bernard",  "Bilal",    "Björn",     "Brian",    "Bruno",    "Callum",
    "Carl",     "Carlos",   "Cedric",   "Charles",   "Chidi",    "Chinedu",  "Christopher",
    "Clive",    "Colin",    "Connor",   "Courtney",  "Craig",    "Curtis",   "Cyril",
    "Dafydd",   "Daniel",   "Darren",   "David",     "Delroy",   "Demba",    "Dennis",
    "Derek",    "Desmond",  "Devon",    "Dmitri",    "Dominic",  "Donald",   "Duc",
    "Dwayne",   "Edward",   "Ekow",     "Elijah",    "Emeka",    "Emmanuel", "Eric",
    "Errol",    "Ethan",    "Farouk",   "Felix",     "Femi",     "Fergus",   "Fernando",
    "Francis",  "François", "Frank",    "Frederick", "Gareth",   "Gary",     "Geoffrey",
    "George",   "Gerald",   "Giovanni", "Glen",      "Gordon",   "Graham",   "Gregory",
    "Hamza",    "Harold",   "Harry",    "Hassan",    "Henry",    "Hugo",     "Hung",
    "Hussein",  "Ian",      "Ibrahim",  "Ikenna",    "Isaac",    "Ivan",     "Jack",
    "Jacob",    "Jakub",    "Jamal",    "James",     "Jason",    "Jean",     "Jermaine",
    "Jerome",   "Jésus",    "Joel",     "John",      "Jonathan", "Jörg",     "José",
    "Joseph",   "Joshua",   "Julian",   "Junior",    "Kamal",    "Keith",    "Kenneth",
    "Kevin",    "Khalid",   "Kofi",     "Krzysztof", "Kwabena",  "Kwame",    "Kyle",
    "Lamin",    "Lars",     "Lawrence", "Lee",       "Leon",     "Leroy",    "Lewis",
    "Liam",     "Linh",     "Louis",    "Luca",      "Luís",     "Lukas",    "Malcolm",
    "Marcus",   "Mark",     "Martin",   "Matthew",   "Maurice",  "Mehmet",   "Michael",
    "Mohamed",  "Mohammed", "Musa",     "Nathan",    "Neil",     "Nicholas", "Nigel",
    "Noah",     "Obinna",   "Oliver",   "Olu",       "Omar",     "Oscar",    "Osman",
    "Owen",     "Pablo",    "Patrick",  "Paul",      "Pedro",    "Peter",    "Philip",
    "Piotr",    "Rahul",    "Rajesh",   "Raymond",   "René",     "Ricardo",  "Richard",
    "Robert",   "Roger",    "Ronald",   "Rupert",    "Ryan",     "Said",     "Samuel",
    "Sanjay",   "Sean",     "Seán",     "Segun",     "Simon",    "Stanley",  "Stephen",
    "Stuart",   "Sunil",    "Tariq",    "Terence",   "Thomas",   "Timothy",  "Tomasz",
    "Trevor",   "Tunde",    "Tyrone",   "Uche",      "Vernon",   "Victor",   "Vijay",
    "Vincent",  "Wayne",    "Wei",      "William",   "Winston",  "Xavier",   "Yaw",
    "Yusuf",    "Zachary"};

static const char *const surnames[] = {
    "Abdi",      "Abdullahi",  "Abraham",   "Achebe",     "Adams",     "Addo",      "Adeleke",
    "Adeyemi",   "Afolabi",    "Agyeman",   "Ahmed",      "Akhtar",    "Akinola",   "Alexander",
    "Ali",       "Allen",      "Amankwah",  "Amoah",      "Anderson",  "Andrews",   "Antwi",
    "Appiah",    "Armstrong",  "Asante",    "Atkinson",   "Attah",     "Awan",      "Ayodele",
    "Bah",       "Bailey",     "Baker",     "Bakare",     "Balogun",   "Bangura",   "Banks",
    "Barnes",    "Barrett",    "Barrow",    "Bassett",    "Bates",     "Begum",     "Bell",
    "Bennett",   "Bhatt",      "Blake",     "Boateng",    "Bonsu",     "Booth",     "Bowen",
    "Boyle",     "Bradley",    "Brennan",   "Brooks",     "Brown",     "Bryan",     "Burke",
    "Butler",    "Byrne",      "Campbell",  "Carr",       "Carter",    "Castillo",  "Chan",
    "Chapman",   "Charles",    "Chaudhry",  "Chen",       "Cheung",    "Choudhury", "Chukwu",
    "Clarke",    "Coleman",    "Collins",   "Conteh",     "Cook",      "Cooper",    "Costa",
    "Cox",       "Crawford",   "Cruz",      "Cunningham", "Daley",     "Danjuma",   "Danso",
    "Darko",     "Das",        "Davies",    "Davis",      "Dawson",    "Delgado",   "Demir",
    "Desai",     "Diallo",     "Dias",      "Dixon",      "Dogan",     "Doyle",     "Dubois",
    "Duffy",     "Duncan",     "Eddo",      "Edwards",    "Egbe",      "Ekwueme",   "Ellis",
    "Emeka",     "Evans",      "Eze",       "Farah",      "Farrell",   "Fernandes", "Ferreira",
    "Fisher",    "Fitzgerald", "Fletcher",  "Forbes",     "Ford",      "Foster",    "Fox",
    "Francis",   "Fraser",     "Gabriel",   "García",     "Gardner",   "George",    "Gibson",
    "Gill",      "Gómez",      "Goncalves", "Gonçalves",  "Gordon",    "Graham",    "Grant",
    "Gray",      "Green",      "Griffiths", "Grzelak",    "Gupta",     "Gürsoy",    "Hall",
    "Hamilton",  "Harper",     "Harris",    "Harrison",   "Harvey",    "Hassan",    "Henry",
    "Hernández", "Hewitt",     "Hill",      "Ho",         "Holmes",    "Hosseini",  "Howard",
    "Huang",     "Hughes",     "Hunter",    "Hussain",    "Ibrahim",   "Idowu",     "Iqbal",
    "Islam",     "Jackson",    "Jalloh",    "James",      "Jankowski", "Jeffers",   "Jenkins",
    "Jiménez",   "Johnson",    "Jones",     "Joseph",     "Kaba",      "Kamara",    "Kapoor",
    "Kaur",      "Kaya",       "Kelly",     "Kennedy",    "Khan",      "Kim",       "King",
    "Knight",    "Koroma",     "Kowalski",  "Kumar",      "Lam",       "Lawal",     "Lawson",
    "Le",        "Lee",        "Lefèvre",   "Lewis",      "Li",        "Lin",       "Lloyd",
    "López",     "Lynch",      "Macaulay",  "Mahmood",    "Malik",     "Marshall",  "Martin",
    "Martínez",  "Mason",      "Matthews",  "Mbeki",      "McCarthy",  "McDonald",  "McKenzie",
    "Mehta",     "Mendes",     "Mensah",    "Miah",       "Miller",    "Mills",     "Mitchell",
    "Mohamed",   "Moore",      "Moreno",    "Morgan",     "Morris",    "Moyo",      "Müller",
    "Muñoz",     "Murphy",     "Murray",    "Musa",       "Ncube",     "Ndlovu",    "Nelson",
    "Newton",    "Nguyen",     "Nielsen",   "Nkrumah",    "Nowak",     "Núñez",     "Nwosu",
    "O’Brien",   "O’Connor",   "O’Neill",   "Obi",        "Odukoya",   "Ofori",     "Ogunleye",
    "Okafor",    "Okeke",      "Okonkwo",   "Olaniyan",   "Oliveira",  "Omar",      "Onyango",
    "Opoku",     "Osei",       "Owen",      "Owusu",      "Özdemir",   "Palmer",    "Parker",
    "Patel",     "Pereira",    "Pérez",     "Peters",     "Pham",      "Phillips",  "Pierre",
    "Powell",    "Price",      "Quaye",     "Quinn",      "Rahman",    "Ramírez",   "Rao",
    "Reddy",     "Reid",       "Reynolds",  "Richards",   "Rivera",    "Roberts",   "Robinson",
    "Rodríguez", "Rogers",     "Rossi",     "Rousseau",   "Russell",   "Ryan",      "Sahin",
    "Salami",    "Sánchez",    "Santos",    "Sarpong",    "Schröder",  "Scott",     "Sesay",
    "Shah",      "Sharma",     "Shaw",      "Siddiqui",   "Silva",     "Simpson",   "Singh",
    "Smith",     "Sørensen",   "Sowe",      "Spencer",    "St Clair",  "Stevens",   "Stewart",
    "Szymański", "Taylor",     "Thapa",     "Thomas",     "Thompson",  "Tran",      "Tucker",
    "Turay",     "Turner",     "Ugwu",      "Vaughan",    "Walker",    "Wallace",   "Walsh",
    "Wang",      "Ward",       "Watson",    "Webb",       "White",     "Williams",  "Wilson",
    "Wong",      "Wood",       "Wright",    "Yeboah",     "Yilmaz",    "Young",     "Zhang"};

static const char *const nicknames[][2] = {
    {"Alexander", "Alex"},  {"Andrew", "Andy"},      {"Anthony", "Tony"},
    {"Barbara", "Babs"},    {"Benjamin", "Ben"},     {"Catherine", "Cathy"},
    {"Charles", "Charlie"}, {"Charlotte", "Lottie"}, {"Christopher", "Chris"},
    {"Daniel", "Danny"},    {"David", "Dave"},       {"Deborah", "Debbie"},
    {"Dorothy", "Dot"},     {"Edward", "Ted"},       {"Eleanor", "Ellie"},
    {"Elizabeth", "Liz"},   {"Emmanuel", "Manny"},   {"Frances", "Fran"},
    {"Frederick", "Fred"},  {"Funmilayo", "Funmi"},  {"Gregory", "Greg"},
    {"Harriet", "Hattie"},  {"Henry", "Harry"},      {"Jacqueline", "Jackie"},
    {"James", "Jim"},       {"Jennifer", "Jen"},     {"Jessica", "Jess"},
    {"Jonathan", "Jon"},    {"Joseph", "Joe"},       {"Joshua", "Josh"},
    {"Katarzyna", "Kasia"}, {"Kenneth", "Ken"},      {"Krzysztof", "Kris"},
    {"Lawrence", "Larry"},  {"Margaret", "Peggy"},   {"Matthew", "Matt"},
    {"Michael", "Mick"},    {"Mohamed", "Mo"},       {"Mohammed", "Mo"},
    {"Nicholas", "Nick"},   {"Patricia", "Pat"},     {"Philip", "Phil"},
    {"Rebecca", "Becky"},   {"Richard", "Rick"},     {"Robert", "Bob"},
    {"Samantha", "Sam"},    {"Samuel", "Sam"},       {"Stephen", "Steve"},
    {"Susan", "Sue"},       {"Terence", "Terry"},    {"Thomas", "Tom"},
    {"Timothy", "Tim"},     {"Victoria", "Vicky"},   {"William", "Bill"},
    {"Zachary", "Zac"}};

const char *name_forename(struct stream *stream, char sex)
{
    return sex == '1' ? men[stream_below(stream, COUNT(men))]
                      : women[stream_below(stream, COUNT(women))];
}

const char *name_surname(struct stream *stream)
{
    return surnames[stream_below(stream, COUNT(surnames))];
}

const char *name_nickname(const char *forename)
{
    for (size_t i = 0; i < COUNT(nicknames); i++) {
        if (strcmp(nicknames[i][0], forename) == 0) {
            return nicknames[i][1];
        }
    }
    return NULL;
}

static bool is_plain(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

void name_misspell(struct stream *stream, const char *name, char *buffer, size_t size)
{
    snprintf(buffer, size, "%s", name);
    size_t length = strlen(buffer);
    /* A place past the first letter, with plain letters on both sides of it. */
    for (int attempt = 0; attempt < 8 && length >= 4 && length + 2 < size; attempt++) {
        size_t at = 1 + stream_below(stream, (unsigned)length - 2);
        if (!is_plain(buffer[at]) || !is_plain(buffer[at + 1]) || buffer[at] == buffer[at + 1]) {
            continue;
        }
        switch (stream_below(stream, 3)) {
        case 0: {
            char kept = buffer[at];
            buffer[at] = buffer[at + 1];
            buffer[at + 1] = kept;
            return;
        }
        case 1:
            memmove(buffer + at, buffer + at + 1, length - at);
            return;
        default:
            memmove(buffer + at + 1, buffer + at, length - at + 1);
            return;
        }
    }
}

void name_unusual(unsigned number, char prefix, char *buffer, size_t size)
{
    static const char *const syllables[] = {"qua", "zev", "xyl", "vok", "jub", "wyx", "fiz", "gyp",
                                            "kwo", "zhu", "vax", "yok", "bix", "dwu", "hez", "quv"};
    snprintf(buffer, size, "%c%s%s%s%s", prefix, syllables[number % 16],
             syllables[number / 16 % 16], syllables[number / 256 % 16],
             syllables[number / 4096 % 16]);
}

/* The code point at *at, which moves on past it. Our own lists hold nothing ill-formed. */
static unsigned next_code_point(const char **at)
{
    const unsigned char *bytes = (const unsigned char *)*at;
    if (bytes[0] < 0x80) {
        *at += 1;
        return bytes[0];
    }
    if (bytes[0] < 0xe0) {
        *at += 2;
        return (bytes[0] & 0x1fu) << 6 | (bytes[1] & 0x3fu);
    }
    *at += 3;
    return (bytes[0] & 0xfu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu);
}

char *windows_1252(const char *text, char *buffer, size_t size)
{
    size_t length = 0;
    while (*text && length + 1 < size) {
        unsigned point = next_code_point(&text);
        if (point == 0x2019) {
            point = 0x92;
        } else if (point > 0xff) {
            point = '?';
        }
        buffer[length++] = (char)point;
    }
    buffer[length] = '\0';
    return buffer;
}
