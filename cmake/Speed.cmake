# Compile cache and fast linker, where they are installed.
find_program(NEXTQUILL_CCACHE ccache)
if(NEXTQUILL_CCACHE)
    # Precompiled headers carry defines and times that the cache would otherwise take as changes.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${NEXTQUILL_CCACHE})
endif()
find_program(NEXTQUILL_MOLD mold)
if(NEXTQUILL_MOLD)
    # Segments of pages of their own: mold 1.10 otherwise begins what is to be read-only after
    # relocation one byte behind the code, now and then on a page that there is not, and such a
    # program cannot be started ("cannot apply additional memory protection after relocation").
    add_link_options(-fuse-ld=mold -Wl,-z,separate-code)
endif()
# Two LibTorch files at once take about 4 GiB; more in parallel does not help two cores.
set_property(GLOBAL PROPERTY JOB_POOLS torch=2)
# For a first build (setup, run-tests): several files share one unit, and headers are read once for
# all of them. Not for daily work, where a changed file would have the others compiled with it.
option(NEXTQUILL_UNITY "Compile several files as one unit" OFF)
if(NEXTQUILL_UNITY)
    set(CMAKE_UNITY_BUILD ON)
    set(CMAKE_UNITY_BUILD_BATCH_SIZE 6)
endif()
