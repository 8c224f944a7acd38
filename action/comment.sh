#!/usr/bin/env bash
# Writes what a pull request changes into one comment, which later runs replace.
set -euo pipefail

file=$(mktemp)
trap 'rm -f "$file"' EXIT
python "$(dirname "$0")/changes.py" "$BASE" "$NETWORKS" > "$file"

comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
ids=$(gh api --paginate "$comments" --jq '.[] | select(.body | startswith("<!-- layerwise -->")) | .id')
id=${ids%%$'\n'*}
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$file"
elif [ "$(sed -n 4p "$file")" != "No network changes." ]; then
  gh api --silent "$comments" --field "body=@$file"
fi
