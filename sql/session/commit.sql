-- Purpose: commits, alone in its message, so that its answer tells of nothing else.
commit
