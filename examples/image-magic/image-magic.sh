#!/bin/sh
# Runs ImageMagick's convert, unchanged, with the words of the request. Inputs lie in /iexec, and what it makes stays there.
set -eu
cd /iexec

# Whoever wants another chance than the first says -seed, too: the last one counts.
convert -seed 1 "$@"

# The last word names the picture that was made. PNG keeps the dates of files in it; its pixels alone decide: format, size, hash.
for picture do :; done
identify -quiet -format '%m %w %h %#\n' "$picture" > /tmp/pixels
cp /tmp/pixels consensus.iexec
cat /tmp/pixels
