#pragma once

#include "calibrate.h"
#include "encoder_kernels.h"
#include "postings.h"
#include "quantize.h"
#include "scan_kernels.h"
