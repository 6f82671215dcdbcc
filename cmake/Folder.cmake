# One library per folder. A folder sees what it DEPENDS on, and hides what it only USES: its public
# HEADERS must compile without that (checked by the target all_verify_interface_header_sets).
# TORCH_SOURCES are those that include LibTorch; they share one precompiled header.
#
#   nextquill_folder(core/causal HEADERS PreferenceEffects.h SOURCES PreferenceEffects.cpp
#                    TORCH_SOURCES TwinPass_torch.cpp DEPENDS core/base core/text core/model)
function(nextquill_folder folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;SOURCES;TORCH_SOURCES;DEPENDS;USES")
    string(REPLACE "/" "_" target "nextquill_${folder}")
    list(TRANSFORM arg_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/${folder}/")
    list(TRANSFORM arg_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/${folder}/")
    list(TRANSFORM arg_TORCH_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/${folder}/")
    list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
    list(TRANSFORM arg_DEPENDS PREPEND "nextquill_")

    add_library(${target} STATIC ${arg_SOURCES})
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${arg_HEADERS})
    target_link_libraries(${target} PUBLIC ${arg_DEPENDS} PRIVATE nextquill_flags ${arg_USES})
    if(arg_TORCH_SOURCES)
        # Apart from the plain sources: LibTorch's folder of headers holds other libraries' too, of
        # other versions than those that are installed (fmt).
        add_library(${target}_torch OBJECT ${arg_TORCH_SOURCES})
        target_link_libraries(${target}_torch PRIVATE ${arg_DEPENDS} nextquill_torch nextquill_flags)
        target_precompile_headers(${target}_torch REUSE_FROM nextquill_torch_pch)
        set_property(TARGET ${target}_torch PROPERTY JOB_POOL_COMPILE torch)
        target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_torch>)
        target_link_libraries(${target} PRIVATE $<LINK_ONLY:nextquill_torch>)
    endif()
endfunction()

# Tests run beside each other: threads that wait give their core to the others. By default they
# spin, and two tests that compute took five times as long side by side.
set(nextquill_test_threads "OMP_NUM_THREADS=2;OMP_WAIT_POLICY=passive")

# The tests of a folder, one program: it links that folder, so that what the folder needs is also
# linked and nothing else. Files are tests/<folder>/<Name>.cpp.
#
#   nextquill_tests(core/text FILES TokenizerTest.cpp PromptTest.cpp [LINK …] [TORCH_FILES …])
function(nextquill_tests folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES;TORCH_FILES;LINK")
    string(REPLACE "/" "_" name "${folder}")
    list(TRANSFORM arg_FILES PREPEND "${PROJECT_SOURCE_DIR}/tests/${folder}/")
    list(TRANSFORM arg_TORCH_FILES PREPEND "${PROJECT_SOURCE_DIR}/tests/${folder}/")
    set(target "test_${name}")
    add_executable(${target} ${arg_FILES} ${arg_TORCH_FILES})
    target_link_libraries(${target} PRIVATE
        nextquill_${name} nextquill_test_support GTest::gmock GTest::gtest_main nextquill_flags ${arg_LINK})
    if(arg_TORCH_FILES)
        target_link_libraries(${target} PRIVATE nextquill_torch)
        target_precompile_headers(${target} REUSE_FROM nextquill_torch_pch)
        set_source_files_properties(${arg_FILES} PROPERTIES
            SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
        set_property(TARGET ${target} PROPERTY JOB_POOL_COMPILE torch)
    endif()
    add_test(NAME ${name} COMMAND ${target})
    set_tests_properties(${name} PROPERTIES ENVIRONMENT
        "QT_QPA_PLATFORM=offscreen;${nextquill_test_threads}" TIMEOUT 900)
endfunction()
