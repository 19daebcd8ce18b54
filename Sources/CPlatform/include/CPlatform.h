#pragma once

#include "beneath.h"
#include "event.h"
#include "filesystem.h"
#include "lease.h"
#include "memory.h"
#include "notify.h"
#include "process.h"
#include "signals.h"
#include "site.h"
#include "terminal.h"
#include "thread.h"
#include "xxh64.h"
