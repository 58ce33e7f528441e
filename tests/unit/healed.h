/* A chat request with all that is refused somewhere. Include after cmocka.h. */
#ifndef HEALED_H
#define HEALED_H

#include "../../convert/refusal/heal.h"
#include "conversion.h"

#include <stdio.h>

static const char everything[] = "{'model':'m','max_tokens':9000,'temperature':0.5,'top_p':0.9,"
	"'stop':['END'],'store':true,'stream_options':{'include_usage':true},"
	"'parallel_tool_calls':false,'reasoning_effort':'xhigh','response_format':{'type':"
	"'json_schema','json_schema':{'name':'response','schema':{'type':'object'}}},'tools':["
	"{'type':'function','function':{'name':'a','description':'Long.','strict':true,"
	"'parameters':{'type':'object','properties':{'x':{'pattern':'^a','const':'a'}}}}},"
	"{'type':'function','function':{'name':'b'}}],'tool_choice':'required','messages':["
	"{'role':'system','content':'s'},{'role':'user','content':[{'type':'image_url'},"
	"{'type':'file','file':{'filename':'f'}}]},{'role':'assistant','content':null,"
	"'tool_calls':[{'id':'1','function':{'name':'a'}}],'prefix':true},{'role':'tool',"
	"'tool_call_id':'1','content':'r'},{'role':'user','content':'u'},{'role':'system',"
	"'content':'later'},{'role':'assistant','content':'So'}]}";

#endif
