# Builds files of resources/ into a target: nextquill_embed(target FILES prompts/a.txt …).
# The bytes are taken in by the assembler, so that megabytes cost nothing to compile.
function(nextquill_embed target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FILES")
    set(directory "${CMAKE_BINARY_DIR}/embedded")
    set(assembly ".section .rodata\n")
    set(declarations "")
    set(rows "")
    set(index 0)
    foreach(file IN LISTS arg_FILES)
        set(path "${PROJECT_SOURCE_DIR}/resources/${file}")
        string(APPEND assembly
            ".global nextquill_resource_${index}\n.global nextquill_resource_${index}_end\n"
            "nextquill_resource_${index}:\n.incbin \"${path}\"\n"
            "nextquill_resource_${index}_end:\n.byte 0\n")
        string(APPEND declarations
            "extern const char nextquill_resource_${index}[];\nextern const char nextquill_resource_${index}_end[];\n")
        string(APPEND rows
            "    {\"${file}\", nextquill_resource_${index}, nextquill_resource_${index}_end},\n")
        list(APPEND paths "${path}")
        math(EXPR index "${index} + 1")
    endforeach()
    string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
    file(CONFIGURE OUTPUT "${directory}/resources.S" CONTENT "${assembly}" @ONLY)
    file(CONFIGURE OUTPUT "${directory}/ResourceTable.inc" CONTENT
        "extern \"C\" {\n${declarations}}\nstruct EmbeddedFile { const char* path; const char* begin; const char* end; };\nconst EmbeddedFile embeddedFiles[] = {\n${rows}};\n" @ONLY)
    set_source_files_properties("${directory}/resources.S" PROPERTIES OBJECT_DEPENDS "${paths}")
    target_sources(${target} PRIVATE "${directory}/resources.S")
    target_include_directories(${target} PRIVATE "${directory}")
endfunction()
