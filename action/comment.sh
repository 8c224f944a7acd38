#!/usr/bin/env bash
# Writes what a pull request changes into one comment, which later runs replace.
set -euo pipefail

file=$(mktemp)
trap 'rm -f "$file"' EXIT
python "$(dirname "$0")/changes.py" "$BASE" "$NETWORKS" > "$file"

comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
id=$(gh api --paginate "$comments" --jq '.[] | select(.body | startswith("<!-- layerwise -->")) | .id' | head -n 1)
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$file"
elif [ "$(wc -l < "$file")" -gt 2 ]; then
  gh api --silent "$comments" --field "body=@$file"
fi
