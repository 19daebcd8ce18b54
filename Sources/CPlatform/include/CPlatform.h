#pragma once

#include "rename.h"
#include "thread.h"
