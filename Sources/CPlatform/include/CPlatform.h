#pragma once

#include "rename.h"
#include "terminal.h"
#include "thread.h"
#include "xxh64.h"
