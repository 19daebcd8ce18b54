#pragma once

#include "encoder_kernels.h"
