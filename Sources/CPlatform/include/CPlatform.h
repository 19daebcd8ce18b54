#pragma once

#include "rename.h"
#include "thread.h"
#include "xxh64.h"
