#pragma once

/// The width of the terminal behind the descriptor in columns, or 0 where there is no terminal or its width is unknown.
int vectorspool_terminal_columns(int descriptor);
