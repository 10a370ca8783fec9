#!/bin/bash
# Makes the seeds of fuzz_archive in the folder given (the others are text and lie in seeds/).
set -euo pipefail
folder=${1:?usage: seeds.sh FOLDER}
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir MHSDS
printf 'a,b\n1,2\n"3",4\n' > first.csv
printf 'c\n5\n' > my_second.csv
cp first.csv my_second.csv MHSDS
seq 1 2000 > extra.txt
gzip -9 -n -c first.csv > one.gz
cat one.gz one.gz > two.gz
head -c 20 one.gz > cut.gz
zip -q -X deflated.zip first.csv my_second.csv extra.txt
zip -q -X -0 stored.zip first.csv my_second.csv
zip -q -X -r folder.zip MHSDS
zip -q -X - first.csv < first.csv > stream.zip
zip -q -X -P secret locked.zip first.csv
ln -s first.csv second.csv
zip -q -X --symlinks link.zip first.csv second.csv
cd - > /dev/null
cp "$work"/*.gz "$work"/*.zip "$folder"
