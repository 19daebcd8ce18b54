#pragma once

// Whether the group that an open file belongs to may read it; 0 when that cannot be told.
int vectorspool_group_may_read(int descriptor);
