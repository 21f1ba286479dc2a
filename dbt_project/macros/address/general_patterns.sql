{#- Patterns of Chinese addresses of any city (通用地址模式), without a register. Texts are read as they stand: half- and
    full-width digits and letters count alike, so that the parts found are strings of the text.
    RE2 has neither look-ahead nor look-behind: what must not follow a part is the first character of what comes after it,
    and a character that looks like the end of an area or a road and is none is shielded before (shield_words). -#}

{% macro general_patterns() -%}
    {%- set digit = '[0-9０-９]' -%}
    {%- set letter = '[A-Za-zＡ-Ｚａ-ｚ]' -%}
    {%- set numeral = '[一二三四五六七八九十百零〇两]' -%}
    {%- set gap = '[ _\u3000,，、.。/-]*' -%}
    {%- set plain_dash = '[-－—–―_~ \u3000]*' -%}
    {%- set plain_dash_needed = '[-－—–―_~]+' -%}
    {#- 一 is also typed for a dash between two numbers (6一3一145) -#}
    {%- set dash = '(?:[-－—–―_~ \u3000]+|一)' -%}
    {#- areas: names hold no digit and no word of a road or a building -#}
    {%- set area = '[^路街巷弄号栋幢室层0-9０-９A-Za-z _,，。.()（）-]' -%}
    {%- set street = shield('街') ~ shield('道') -%}
    {%- set section = shield('区') -%}
    {%- set province = '(?:内蒙古|广西壮族|广西|西藏|宁夏回族|宁夏|新疆维吾尔|新疆)(?:自治区)?|(?:北京|天津|上海|重庆)市?'
        ~ '|(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)省?'
        ~ '|(?:香港|澳门)(?:特别行政区)?' -%}
    {%- set areas = '^' ~ gap ~ '(?:null|NULL|中国)?' ~ gap ~ '(' ~ province ~ ')?' ~ gap
        ~ '(' ~ area ~ '{2,8}?(?:自治州|地区|市|盟))?' ~ gap
        ~ '(路桥区|' ~ area ~ '{1,7}?(?:自治县|自治旗|[左右前后中]旗|联合旗|新区|县|区|市))?' ~ gap
        ~ '(' ~ area ~ '{1,6}?(?:' ~ street ~ '办事处|' ~ street ~ '|' ~ shield('街') ~ '办事处|' ~ shield('街') ~ '办|镇|乡|苏木))?' ~ gap
        ~ '(' ~ area ~ '{1,7}?(?:社区|居委会|村委会|行政村|自然村|村))?' ~ gap ~ '(.*)$' -%}
    {#- road and number -#}
    {%- set road_letter = '[^号楼层室栋幢座0-9０-９A-Za-z _,，。.()（）-]' -%}
    {%- set road_word = '(?:大道|大街|公路|国道|省道|县道|支路|胡同|弄堂|路|街|巷|弄|道|线|[一二三四五六]环)(?:[东西南北中]路|[东西南北中一二三四五六]段)?' -%}
    {%- set road_numbered = road_letter ~ '{0,3}(?:' ~ digit ~ '{1,3}号?|' ~ numeral ~ '{1,2}号)(?:大街|大道|路|街|巷)' -%}
    {%- set place = '.{1,14}?(?:[发业园小宅]' ~ section ~ '|(?:[工产]业园|科技园)' ~ section ~ '?|新区|' ~ shield('市') ~ '场|广场|新村|大厦|花园|家园|公寓|..城|..站|..中心|[东西南北]区)' -%}
    {%- set road_after_place = road_letter ~ '{2,8}?' ~ road_word ~ '|' ~ road_numbered -%}
    {%- set road = road_letter ~ '{1,10}?' ~ road_word ~ '|' ~ road_numbered ~ '|[GSXYgs]' ~ digit ~ '{1,4}(?:国道|省道)?|' ~ digit ~ '{1,3}国道'
        ~ '|' ~ road_letter ~ '{0,6}?(?:' ~ digit ~ '{1,3}|' ~ numeral ~ '{1,3})(?:村民小?组|组)' -%}
    {%- set road_part = gap ~ '(?:(' ~ place ~ ')' ~ gap ~ '(' ~ road_after_place ~ ')|(' ~ road ~ '))' ~ gap -%}
    {%- set number = '(?:[甲乙丙丁]|北甲|特)?(?:' ~ digit ~ '+(?:[-－—]+' ~ digit ~ '+)*|' ~ numeral ~ '{1,6})'
        ~ '(?:号院|号大院|号|弄|巷|支弄|支|院)(?:之' ~ digit ~ '+|之' ~ numeral ~ '|附' ~ digit ~ '+号)?' -%}
    {%- set after_number = '((?:[^楼门线库].*)?)' -%}
    {#- building, unit, floor, room -#}
    {%- set building = '((?:第?' ~ letter ~ '{0,2}-?' ~ digit ~ '{1,4}' ~ letter ~ '?|' ~ letter ~ '{1,2}|第?' ~ numeral ~ '{1,3})'
        ~ '(?:号楼|栋楼|幢楼|座楼|栋|幢|座|撞|#楼|#|＃))' -%}
    {%- set building_number = '(' ~ letter ~ '{0,2}' ~ digit ~ '{1,4}' ~ letter ~ '?|' ~ numeral ~ '{1,2})' -%}
    {%- set unit = '((?:' ~ digit ~ '{1,3}|' ~ numeral ~ '{1,2}|' ~ letter ~ '|[甲乙丙丁])(?:单元|门|梯|单)|[东西中]单元)' -%}
    {%- set unit_after_building = unit[:-1] ~ '|' ~ digit ~ '{1,3}号)' -%}
    {%- set unit_number = '(' ~ digit ~ '{1,3}|' ~ letter ~ '|' ~ numeral ~ '{1,2})' -%}
    {%- set floor = '((?:地下|负|-)?(?:' ~ digit ~ '{1,3}[Aa]?|' ~ numeral ~ '{1,3}|首|底|顶)(?:层|楼|[Ff]))' -%}
    {%- set room_number = letter ~ '{0,2}' ~ digit ~ '{1,5}' ~ letter ~ '?(?:[-－]' ~ letter ~ '?' ~ digit ~ '{1,4})?' -%}
    {%- set room = room_number ~ '(?:号房|房间|室|房|号|户|铺|档)?|' ~ letter ~ '室' -%}
    {%- set inner = '' ~ plain_dash ~ '(?:' ~ floor ~ ')?' ~ plain_dash ~ '' -%}
    {%- set start = '^(|.*?[^0-9０-９A-Za-z－-])' ~ gap -%}
    {%- set rest = gap ~ '((?:[^0-9０-９区' ~ section ~ '期组号米路街道线年门栋幢座层楼].*)?)$' -%}
    {{ return({
        'areas': areas,
        'road_with_number': '^' ~ road_part ~ '(' ~ number ~ ')' ~ after_number ~ '$',
        'road_alone': '^' ~ road_part ~ '(?:(' ~ digit ~ '+(?:[-－—]' ~ digit ~ '+)?)((?:[^0-9０-９栋幢座#单层楼室门期区组F号－-].*)?)|(.*))$',
        'number_pair': '^(' ~ digit ~ '+)[-－—]+(' ~ digit ~ '+号?)$',
        'number_alone': '^' ~ gap ~ '(' ~ number ~ ')' ~ after_number ~ '$',
        'number_within': '^(.*?)(' ~ digit ~ '{1,5}(?:-' ~ digit ~ '+)?(?:号|弄))' ~ after_number ~ '$',
        'end_marked': start ~ '(?:'
            ~ building_number ~ dash ~ unit_number ~ dash ~ '(' ~ room ~ ')|'
            ~ building_number ~ dash ~ unit_number ~ '(?:单元)?' ~ plain_dash ~ '' ~ floor ~ '|'
            ~ building ~ '' ~ plain_dash ~ '(?:' ~ unit_after_building ~ '' ~ plain_dash ~ '|' ~ unit_number ~ dash ~ ')?' ~ inner ~ '(?:(' ~ room ~ '|' ~ numeral ~ '{2,4}(?:室|房|号)?))?|'
            ~ building_number ~ '(?:号' ~ plain_dash ~ '|' ~ dash ~ ')' ~ unit ~ inner ~ '(?:(' ~ room ~ '))?|'
            ~ unit ~ inner ~ '(?:(' ~ room ~ '))?|'
            ~ floor ~ '' ~ plain_dash ~ '(?:(' ~ digit ~ '{1,3}街|' ~ numeral ~ '{1,2}街))?(?:(' ~ room ~ '))?|'
            ~ '(' ~ digit ~ '{1,2}' ~ letter ~ ')' ~ plain_dash ~ '(' ~ digit ~ '{3,4}(?:室|房|号)?)|'
            ~ building_number ~ dash ~ '(' ~ digit ~ '{1,2}|' ~ numeral ~ '{1,2})|'
            ~ building_number ~ dash ~ '(' ~ room ~ ')|'
            ~ '(' ~ letter ~ '{1,2})' ~ plain_dash_needed ~ '(?:' ~ unit_number ~ plain_dash_needed ~ ')?(' ~ room ~ ')|'
            ~ '(' ~ digit ~ '{1,4}号)' ~ plain_dash ~ '(?:' ~ floor ~ ')?(' ~ room_number ~ '(?:室|房)?)|'
            ~ '(' ~ room_number ~ '(?:号房|房间|室|房|户|铺|档))'
            ~ ')' ~ rest,
        'end_bare': start ~ '(?:((?:' ~ room_number ~ '|' ~ numeral ~ '{1,3})号)|(' ~ letter ~ '{0,2}' ~ digit ~ '{3,5}' ~ letter ~ '?)|('
            ~ letter ~ '{0,2}' ~ digit ~ '{1,2}$))' ~ rest,
        'compound_end': '[' ~ section ~ '区园苑里浜坊期墅邸庭湾府寓院]$',
        'market_end': '[场城厦楼店]$',
        'village_end': '[村桥头山庄社口角塘]$',
        'room_at_end': '(' ~ letter ~ '?' ~ digit ~ '{3,5}' ~ letter ~ '?(?:室|房|号)?)' ~ gap ~ '$',
    }) }}
{%- endmacro %}
