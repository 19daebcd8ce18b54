#pragma once

#include "calibrate.h"
#include "encoder_kernels.h"
#include "instruction_set.h"
#include "quantize.h"
#include "scan_codes.h"
#include "scan_floats.h"
#include "scan_signs.h"
