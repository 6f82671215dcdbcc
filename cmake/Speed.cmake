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
    add_link_options(-fuse-ld=mold)
endif()
# Two LibTorch files at once take about 4 GiB; more in parallel does not help two cores.
set_property(GLOBAL PROPERTY JOB_POOLS torch=2)
