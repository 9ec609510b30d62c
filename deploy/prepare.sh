#!/bin/sh
# Writes what the containers of compose.yaml are told: .env, and in deploy/private settings, keys and passwords, each in a file
# for its reader alone. What is there already stays as it is, so it may be called again. docs/deploy.md tells the rest.
set -eu
umask 077

usage() {
  cat <<'END'
Usage: deploy/prepare.sh --rpc URL --hub ADDRESS [--pool ADDRESS] [--profiles LIST] [options]

  --profiles LIST   what runs on this machine: all (default), or some of market,pool,storage,keeper,worker,database,ipfs
  --rpc URL         HTTP address of a node; several with commas
  --ws URL          websocket of a node
  --hub ADDRESS     the hub contract
  --pool ADDRESS    the workerpool, of the pool and its workers
  --market URL      where the market is reached from outside
  --scheduler URL   where the scheduler of the pool is reached from outside
  --storage URL     where results are brought and read from outside
  --folder FOLDER   where compose.yaml is (default: this clone)
END
}

refuse() {
  echo "$1" >&2
  exit 2
}

folder=$(dirname "$0")/..
profiles=all rpc='' ws='' hub='' pool='' market='' scheduler='' storage=''
while [ $# -gt 0 ]; do
  case $1 in
  --help)
    usage
    exit 0
    ;;
  --profiles | --rpc | --ws | --hub | --pool | --market | --scheduler | --storage | --folder) ;;
  *) refuse "$1 is no option; --help names all of them." ;;
  esac
  [ $# -ge 2 ] || refuse "$1 needs a value; --help says which."
  # The names are those of the line above, and the value is not read as a program.
  eval "${1#--}=\$2"
  # It will stand between quotes.
  [ "$(printf %s "$2" | tr -d '"\\$`\n' | wc -c)" -eq "$(printf %s "$2" | wc -c)" ] || refuse "$1 holds a quote, a backslash, a dollar or a new line."
  shift 2
done

for profile in $(echo "$profiles" | tr , ' '); do
  case $profile in
  all | market | pool | storage | keeper | worker | database | ipfs) ;;
  *) refuse "$profile is no profile; those are all, market, pool, storage, keeper, worker, database and ipfs." ;;
  esac
done

# Whether one of these runs here.
wants() {
  for wanted in all "$@"; do
    case ",$profiles," in *",$wanted,"*) return 0 ;; esac
  done
  return 1
}

if wants market pool storage keeper worker; then
  [ -n "$rpc" ] || refuse 'No node was named: give --rpc.'
  [ -n "$hub" ] || refuse 'No hub was named: give --hub.'
fi
if wants pool worker; then
  [ -n "$pool" ] || refuse 'No workerpool was named: give --pool, or --profiles without pool and worker.'
fi

private=$folder/deploy/private
mkdir -p "$private"
# Whoever starts the containers may see that the files are there; what they hold is for their readers.
chmod 711 "$private"

random() {
  od -An -tx1 -N32 /dev/urandom | tr -d ' \n'
}

# Writes what it is given into a file that is not there yet.
put() {
  if [ -e "$1" ]; then
    cat >/dev/null
  else
    cat >"$1.new"
    mv "$1.new" "$1"
    echo "$1"
  fi
}

# A setting; one without a value is left for a person to fill in.
set_() {
  if [ -n "$2" ]; then echo "$1=\"$2\""; else echo "# $1=\"${3:-}\""; fi
}

# Which services share the server of databases, each with a database, a role and a password of its own.
databases='market scheduler storage keeper'

password_of() {
  sed -n "s/^$1 //p" "$private/passwords"
}

# Where a service keeps its tables; without the server on this machine, a person says where, or it is a file of SQLite in /data.
database_settings() {
  if [ -e "$private/passwords" ]; then
    set_ "$2_DATABASE" "postgres://$1:$(password_of "$1")@postgres/$1"
  else
    set_ "$2_DATABASE" '' "postgres://$1:PASSWORD@database.example/$1"
  fi
}

# What every service is told: where the chain is. Arguments: prefix of its settings.
chain_settings() {
  echo '# Settings of this service; any other of its --help may stand here, too. They are read when it starts.'
  set_ "$1_RPC" "$rpc"
  set_ "$1_WS" "$ws" 'wss://node.example'
  set_ "$1_HUB" "$hub"
}

if wants database; then
  random | put "$private/postgres.password"
  for name in $databases; do echo "$name $(random)"; done | put "$private/passwords"
  for name in $databases; do
    echo "create role $name login password '$(password_of "$name")';"
    echo "create database $name owner $name;"
    echo "revoke all on database $name from public;"
  done | put "$private/databases.sql"
fi

if wants market; then
  {
    chain_settings MARKET
    database_settings market MARKET
    set_ MARKET_IPFS_GATEWAY "$storage" 'https://storage.example'
  } | put "$private/market.env"
fi

if wants pool; then
  {
    chain_settings SCHEDULER
    database_settings scheduler SCHEDULER
    set_ SCHEDULER_POOL "$pool"
    set_ SCHEDULER_STORAGE "$storage" 'https://storage.example'
    set_ SCHEDULER_PUBLIC_URL "$scheduler" 'https://pool.example'
    set_ SCHEDULER_MARKET "$market" 'https://market.example'
    echo '# The price list stands in deploy/private/scheduler/prices.json.'
    set_ SCHEDULER_PRICES '' /etc/iexec/prices.json
  } | put "$private/scheduler.env"
  random | put "$private/scheduler.key"
  mkdir -p "$private/scheduler"
fi

if wants storage; then
  mkdir -p "$private/storage"
  echo "{ \"operator\": \"$(random)\" }" | put "$private/storage/tokens.json"
  {
    chain_settings STORAGE
    database_settings storage STORAGE
    set_ STORAGE_TOKENS /etc/iexec/tokens.json
    set_ STORAGE_POOLS "$pool" '0x…'
    set_ STORAGE_QUOTA '' 100000
    echo '# Where blocks are: on the volume of this machine, or in a bucket, or at a node of IPFS.'
    set_ STORAGE_BLOCKS '' s3://bucket/blocks/
    set_ STORAGE_S3_ENDPOINT '' https://s3.example
    set_ STORAGE_S3_REGION '' us-east-1
    set_ AWS_ACCESS_KEY_ID ''
    set_ AWS_SECRET_ACCESS_KEY ''
    set_ STORAGE_BLOCKS '' ipfs+http://ipfs:5001
    set_ IPFS_NODE_TOKEN ''
  } | put "$private/storage.env"
fi

if wants keeper; then
  {
    chain_settings KEEPER
    database_settings keeper KEEPER
    set_ KEEPER_MAX_FEE '' 100
  } | put "$private/keeper.env"
  random | put "$private/keeper.key"
fi

if wants worker; then
  {
    chain_settings WORKER
    set_ WORKER_POOL "$pool"
    set_ WORKER_SCHEDULER "$scheduler" 'https://pool.example'
    set_ WORKER_MARKET "$market" 'https://market.example'
    set_ WORKER_PLACES '' 2
    set_ WORKER_MAX_STAKE '' 5
  } | put "$private/worker.env"
  random | put "$private/worker.key"
fi

if [ ! -e "$folder/.env" ]; then
  {
    echo '# What docker compose reads: what runs on this machine, and where it listens. Commands without --profile mean these.'
    echo "COMPOSE_PROFILES=$profiles"
    echo '# MARKET_LISTEN=127.0.0.1:3000'
  } | put "$folder/.env"
  # No secret, and for everybody who may start containers.
  chmod 644 "$folder/.env"
fi
grep -qx "COMPOSE_PROFILES=$profiles" "$folder/.env" ||
  echo "$folder/.env is as it was: COMPOSE_PROFILES there says what runs."

# Containers run as these users, and nobody else reads what is theirs.
if [ "$(id -u)" -eq 0 ]; then
  find "$private" -mindepth 1 -exec chown 10001:10001 {} +
  if [ -e "$private/passwords" ]; then
    chown 0:0 "$private/passwords"
    chown 999:999 "$private/postgres.password" "$private/databases.sql"
  fi
else
  echo "You are not root: on Linux, call this once more with sudo, so that the users of the containers can read their files." >&2
fi
