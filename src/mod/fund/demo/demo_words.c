#include "mod/fund/demo/demo_words.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

const struct fund_words fund_demo_who[FUND_DEMO_FIELDS][FUND_DEMO_WHO] = {
    {{"獨居長者", "elders living alone"},
     {"照顧者", "family carers"},
     {"視障朋友", "people with low vision"},
     {"聽損學童", "children with hearing loss"},
     {"新住民媽媽", "immigrant mothers"},
     {"早產兒家庭", "families of preterm babies"},
     {"街友", "people without a home"},
     {"偏鄉學童", "children in remote villages"}},
    {{"里民", "neighbourhoods"},
     {"青年", "young people"},
     {"村里長", "village heads"},
     {"首次投票者", "first-time voters"},
     {"租屋族", "tenants"},
     {"部落", "indigenous communities"},
     {"移工", "migrant workers"},
     {"社區大樓住戶", "residents of housing blocks"}},
    {{"小農", "small farmers"},
     {"老店", "old shops"},
     {"漁村", "fishing villages"},
     {"二度就業婦女", "women returning to work"},
     {"街頭藝人", "street performers"},
     {"小型工廠", "small workshops"},
     {"庇護工場", "sheltered workshops"},
     {"返鄉青年", "young people returning home"}},
    {{"河川志工", "river volunteers"},
     {"淨灘團隊", "beach cleaners"},
     {"學校", "schools"},
     {"賞鳥人", "bird watchers"},
     {"山村", "mountain villages"},
     {"夜市攤商", "night-market stalls"},
     {"漁港", "fishing harbours"},
     {"通勤族", "commuters"}},
};

const struct fund_words fund_demo_what[FUND_DEMO_FIELDS][FUND_DEMO_WHAT] = {
    {{"共餐地圖", "A map of shared meals"},
     {"喘息時間銀行", "A time bank for respite"},
     {"口述影像共筆", "Audio descriptions written together"},
     {"輔具二手交換站", "A second-hand exchange of assistive devices"},
     {"多語就醫小幫手", "A helper for seeing a doctor in many languages"},
     {"夜間關懷電話", "A caring call at night"},
     {"行動圖書與保健車", "A van with books and health checks"},
     {"手語學習遊戲", "A game to learn sign language"}},
    {{"預算白話圖", "The budget in plain pictures"},
     {"會議逐字稿搜尋", "A search in minutes of meetings"},
     {"路平通報看板", "A board of reported road damage"},
     {"防災物資盤點", "An inventory of relief goods"},
     {"議題事實查核隊", "A fact-checking team"},
     {"公共空間共管平台", "A platform to run public rooms together"},
     {"無障礙路線回報", "Reports of barrier-free ways"},
     {"勞動權益問答機", "Answers about rights at work"}},
    {{"產地直送合作社", "A cooperative for direct sale"},
     {"手藝傳承影片庫", "A film library of crafts"},
     {"共享冷鏈排程", "A shared schedule for cold transport"},
     {"在家接單平台", "A platform for work from home"},
     {"零工保障互助金", "A mutual fund for gig workers"},
     {"低碳製程健檢", "A check-up of low-carbon production"},
     {"公益採購媒合", "A match-maker for social procurement"},
     {"空屋活化地圖", "A map of empty houses to be used"}},
    {{"水質紀錄站", "A station for water-quality records"},
     {"海廢來源追蹤", "Tracing where sea waste comes from"},
     {"微氣候觀測網", "A net of micro-climate sensors"},
     {"候鳥日誌", "A diary of migrating birds"},
     {"森林巡守日曆", "A calendar of forest patrols"},
     {"環保餐具循環", "A loop of reusable tableware"},
     {"舊漁網再生計畫", "A second life for old nets"},
     {"共乘減碳帳本", "A carbon ledger for shared rides"}},
};

const int fund_demo_goals[FUND_DEMO_FIELDS][5] = {
    {1, 3, 4, 5, 10}, {5, 10, 11, 16, 17}, {2, 8, 9, 12, 1}, {6, 7, 13, 14, 15}};

const struct fund_words fund_demo_summary[FUND_DEMO_SUMMARIES] = {
    {"在{3}和{1}一起做{2}，讓需要的人找得到彼此。", "{2} together with {1}, so that those in need find each other."},
    {"{1}常被制度漏接；我們用{2}把散落的資源接成一條路。",
     "{2} for {1}, who fall between the offices: one way instead of many counters."},
    {"從三個據點開始，{2}由{1}自己維護，一年後交給在地團隊。",
     "{2}, begun in three places, kept by {1} themselves and handed over after a year."},
    {"把{3}累積十年的經驗寫成{2}，開放給全臺的{1}使用。",
     "{2}: ten years of experience from {3}, open to {1} all over Taiwan."},
    {"{2}讓{1}少填一張表、少跑一趟路，每季公布省下的時間。",
     "{2} that saves {1} forms and trips; the hours saved are published every quarter."},
    {"先聽{1}說，再動手：每月一場工作坊，一起把{2}做到好用。",
     "{2}, made by listening first: a workshop with {1} every month until it works."},
    {"用開放資料與志工的雙手，在{3}建立第一個{2}。",
     "{2}, the first in {3}, from open data and the hands of volunteers."},
    {"{1}也能是提供者：{2}讓他們的專長換得報酬與肯定。",
     "{2} that lets {1} give, not only take: skills turn into pay and recognition."},
    {"以{2}串起學校、診所與鄰里，讓{3}的{1}在十五分鐘內得到回應。",
     "{2} that links schools, clinics and neighbours in {3}: {1} get an answer in a quarter of an hour."},
    {"失敗也公開：{2}把{1}試過的方法一一記下，讓下一個縣市不必從頭來。",
     "{2} with every attempt of {1} written down, the failed ones too, so that the next county need not start anew."},
};

const char *const fund_demo_problem[FUND_DEMO_TEXTS] = {
    "{1}常常不知道有哪些資源，資訊散在各處，過期了也沒有人更新。",
    "過去三年我們訪談了四十多位夥伴，{1}最常說的一句話是：找不到人可以問。",
    "現有的服務集中在市區，{1}要花兩小時才到得了，多數人因此放棄。",
    "{1}的需要被分到好幾個單位，每個單位都只看見一小塊。",
};
const char *const fund_demo_solution[FUND_DEMO_TEXTS] = {
    "我們把{2}做成大家都能補充的開放資料，現場志工用手機就能更新，程式碼以開放授權釋出。",
    "以{2}為核心，先在三個據點試辦，再把做法寫成手冊交給其他地方。",
    "和學校、診所與社區發展協會合作推動{2}，每月一次工作坊，由使用者決定下一步。",
    "{2}由{1}自己擔任設計者，我們負責工具與培訓，半年後交由在地團隊經營。",
};
const char *const fund_demo_impact[FUND_DEMO_TEXTS] = {
    "第一年服務三百位{1}，以每季問卷與使用紀錄衡量，結果公開。",
    "{1}求助到獲得協助的時間由平均十四天縮短到五天。",
    "培訓六十位在地種子人員，每人每月至少陪伴五位{1}。",
    "減少重複的表格與往返，估計每年為{1}省下四千小時。",
};
const char *const fund_demo_plan[FUND_DEMO_TEXTS] = {
    ("第一至三個月：訪談與設計；第四至八個月：三個據點試辦；第九至十二個月：評估、修正與公開。人事占六成，設備一成半，"
     "其"
     "餘為活動與行政。"),
    "每兩個月交付一個可用的版本，邀請{1}試用後再做下一個。經費分四期，依里程碑撥付。",
    "春季招募志工，夏季上線，秋季擴大到五個鄉鎮，冬季發表成果報告與開放資料。",
    "由三人核心小組執行，顧問團每季檢視一次進度與支出；達不到目標時縮小範圍而不是延期。",
};

const struct fund_demo_county fund_demo_counties[] = {
    {"TPE", "臺北", "Taipei", 20},   {"NWT", "新北", "New Taipei", 12}, {"TAO", "桃園", "Taoyuan", 7},
    {"TXG", "臺中", "Taichung", 11}, {"TNN", "臺南", "Tainan", 9},      {"KHH", "高雄", "Kaohsiung", 9},
    {"KEE", "基隆", "Keelung", 2},   {"HSZ", "新竹", "Hsinchu", 4},     {"MIA", "苗栗", "Miaoli", 2},
    {"CHA", "彰化", "Changhua", 3},  {"NAN", "南投", "Nantou", 2},      {"YUN", "雲林", "Yunlin", 2},
    {"CYI", "嘉義", "Chiayi", 2},    {"PIF", "屏東", "Pingtung", 3},    {"ILA", "宜蘭", "Yilan", 3},
    {"HUA", "花蓮", "Hualien", 4},   {"TTT", "臺東", "Taitung", 3},     {"PEN", "澎湖", "Penghu", 1},
    {"KIN", "金門", "Kinmen", 1},
};
const size_t fund_demo_counties_n = COUNT(fund_demo_counties);

const char *const fund_demo_moods[] = {"散步", "微笑", "追風", "數星", "讀信", "早安", "月光", "慢慢", "泡茶", "划船",
                                       "種瓜", "點燈", "聽雨", "踏浪", "織網", "敲鐘", "轉角", "撐傘", "拾貝", "放學"};
const size_t fund_demo_moods_n = COUNT(fund_demo_moods);
const char *const fund_demo_beings[] = {"水獺", "石虎", "藍鵲",   "黑熊", "穿山甲", "白鷺", "松鼠",
                                        "飛魚", "蝸牛", "海龜",   "角鴞", "螢火蟲", "樹蛙", "山羌",
                                        "黑鳶", "櫻鮭", "紫斑蝶", "帝雉", "招潮蟹", "刺蝟"};
const size_t fund_demo_beings_n = COUNT(fund_demo_beings);
const char *const fund_demo_surnames[] = {"林", "陳", "張", "王", "李", "黃", "吳", "劉", "蔡", "楊",
                                          "許", "鄭", "謝", "郭", "洪", "曾", "邱", "廖", "賴", "周"};
const size_t fund_demo_surnames_n = COUNT(fund_demo_surnames);
const char *const fund_demo_given[] = {"小禾", "又晴", "海生", "若水", "向陽", "沐恩", "山青", "晨曦", "小麥", "知遠",
                                       "一諾", "初夏", "長風", "田心", "小滿", "靜川", "望舒", "以安", "星野", "春和"};
const size_t fund_demo_given_n = COUNT(fund_demo_given);
const char *const fund_demo_forms[] = {"小隊", "協會", "研究室", "股份有限公司", "社會企業", "社區工作坊"};
