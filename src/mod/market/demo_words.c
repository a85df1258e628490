#include "mod/market/demo_words.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

const struct pair_word demo_moods[] = {
    {"散步", "Strolling"},  {"打盹", "Napping"}, {"哼歌", "Humming"},  {"微笑", "Smiling"},     {"追風", "Windward"},
    {"數星", "Stargazing"}, {"讀信", "Reading"}, {"曬棉", "Cotton"},   {"早安", "Morning"},     {"晚霞", "Sunset"},
    {"月光", "Moonlit"},    {"小雨", "Drizzle"}, {"晴天", "Sunny"},    {"慢慢", "Unhurried"},   {"發呆", "Daydream"},
    {"跳格", "Hopscotch"},  {"泡茶", "Teatime"}, {"划船", "Rowing"},   {"摺紙", "Origami"},     {"種瓜", "Melon"},
    {"撐傘", "Umbrella"},   {"吹笛", "Piping"},  {"爬坡", "Uphill"},   {"拾貝", "Seashell"},    {"點燈", "Lantern"},
    {"搖扇", "Fanning"},    {"野餐", "Picnic"},  {"聽雨", "Rainsong"}, {"放學", "Afterschool"}, {"踏浪", "Wading"},
    {"採茶", "Teapick"},    {"織網", "Weaving"}, {"敲鐘", "Bellring"}, {"轉角", "Corner"},      {"滿月", "Fullmoon"},
    {"初雪", "Firstsnow"},
};
const size_t demo_moods_n = COUNT(demo_moods);

const struct pair_word demo_beings[] = {
    {"水獺", "Otter"},          {"石虎", "Leopard Cat"}, {"藍鵲", "Blue Magpie"}, {"黑熊", "Black Bear"},
    {"梅花鹿", "Sika Deer"},    {"穿山甲", "Pangolin"},  {"白鷺", "Egret"},       {"松鼠", "Squirrel"},
    {"飛魚", "Flying Fish"},    {"蝸牛", "Snail"},       {"海龜", "Sea Turtle"},  {"角鴞", "Scops Owl"},
    {"獼猴", "Macaque"},        {"螢火蟲", "Firefly"},   {"樹蛙", "Tree Frog"},   {"山羌", "Muntjac"},
    {"鯨魚", "Whale"},          {"黑鳶", "Kite"},        {"櫻鮭", "Salmon"},      {"紫斑蝶", "Crow Butterfly"},
    {"招潮蟹", "Fiddler Crab"}, {"帝雉", "Pheasant"},    {"竹雞", "Partridge"},   {"刺蝟", "Hedgehog"},
    {"羊駝", "Alpaca"},         {"企鵝", "Penguin"},     {"河馬", "Hippo"},       {"浣熊", "Raccoon"},
    {"貓鼬", "Meerkat"},        {"海豹", "Seal"},
};
const size_t demo_beings_n = COUNT(demo_beings);

const struct pair_word demo_people[] = {
    {"林小禾", "Lin Xiao-he"},      {"陳又晴", "Chen You-qing"}, {"張海生", "Chang Hai-sheng"},
    {"王若水", "Wang Ruo-shui"},    {"李向陽", "Li Xiang-yang"}, {"黃沐恩", "Huang Mu-en"},
    {"吳山青", "Wu Shan-qing"},     {"劉晨曦", "Liu Chen-xi"},   {"蔡小麥", "Tsai Xiao-mai"},
    {"楊知遠", "Yang Zhi-yuan"},    {"許一諾", "Hsu Yi-nuo"},    {"鄭初夏", "Cheng Chu-xia"},
    {"謝長風", "Hsieh Chang-feng"}, {"郭田心", "Kuo Tian-xin"},  {"洪小滿", "Hung Xiao-man"},
};
const size_t demo_people_n = COUNT(demo_people);

const struct trade_word demo_trades[] = {
    {"food", "豆花店", "Tofu Pudding", "餐飲", "Dining", "餐館"},
    {"food", "麵館", "Noodles", "食品", "Foods", "餐館"},
    {"food", "茶飲", "Tea Stand", "飲品", "Beverages", "飲料店"},
    {"bakery", "烘焙坊", "Bakery", "烘焙食品", "Baked Goods", "烘焙炊蒸食品製造"},
    {"retail", "選物店", "Select Shop", "貿易", "Trading", "其他綜合商品零售"},
    {"retail", "五金行", "Hardware", "五金", "Hardware", "五金零售"},
    {"wholesale", "青果行", "Greengrocer", "農產批發", "Produce Wholesale", "蔬果批發"},
    {"beauty", "髮廊", "Hair Salon", "美容美髮", "Beauty", "美髮"},
    {"lodging", "民宿", "Guesthouse", "旅宿", "Lodging", "短期住宿"},
    {"making", "木工坊", "Woodworks", "家具", "Furniture", "木製家具製造"},
    {"machine", "鐵工廠", "Ironworks", "精密機械", "Precision Machinery", "金屬加工"},
    {"textile", "裁縫社", "Tailor", "織品", "Textiles", "成衣製造"},
    {"building", "油漆行", "Paint Shop", "室內裝修", "Interiors", "室內裝潢"},
    {"transport", "搬家行", "Movers", "物流", "Logistics", "汽車貨運"},
    {"teaching", "補習班", "Cram School", "文教", "Education", "文理補習教育"},
    {"health", "藥局", "Pharmacy", "長照", "Home Care", "藥品零售"},
    {"design", "設計工作室", "Design Studio", "設計", "Design", "平面設計"},
    {"repair", "機車行", "Scooter Repair", "汽車保養", "Auto Service", "機車維修"},
    {"farming", "休閒農場", "Leisure Farm", "農業生技", "Agritech", "蔬菜栽培"},
    {"culture", "陶藝坊", "Pottery", "文創", "Crafts", "工藝品製造"},
    {"professional", "記帳士事務所", "Bookkeepers", "管理顧問", "Consulting", "會計服務"},
    {"technology", "電腦行", "Computer Shop", "資訊", "Information", "電腦軟體設計"},
};
const size_t demo_trades_n = COUNT(demo_trades);

const char *const demo_streets[] = {"日光路", "榕樹街", "螢火街", "稻香路", "海風路", "溪畔街", "梅子街", "山嵐路",
                                    "老井街", "月桃路", "紅磚街", "茶園路", "木棉道", "漁港街", "竹林路", "糖廠街"};
const size_t demo_streets_n = COUNT(demo_streets);

/* Weights are roughly the shares of small firms. */
const struct county_word demo_counties[] = {
    {"TPE", "臺北市", "02", 16}, {"NWT", "新北市", "02", 16},  {"TAO", "桃園市", "03", 10}, {"TXG", "臺中市", "04", 15},
    {"TNN", "臺南市", "06", 9},  {"KHH", "高雄市", "07", 12},  {"KEE", "基隆市", "02", 2},  {"HSZ", "新竹市", "03", 2},
    {"HSQ", "新竹縣", "03", 2},  {"MIA", "苗栗縣", "037", 2},  {"CHA", "彰化縣", "04", 5},  {"NAN", "南投縣", "049", 2},
    {"YUN", "雲林縣", "05", 2},  {"CYI", "嘉義市", "05", 1},   {"CYQ", "嘉義縣", "05", 1},  {"PIF", "屏東縣", "08", 3},
    {"ILA", "宜蘭縣", "03", 2},  {"HUA", "花蓮縣", "03", 2},   {"TTT", "臺東縣", "089", 1}, {"PEN", "澎湖縣", "06", 1},
    {"KIN", "金門縣", "082", 1}, {"LIE", "連江縣", "0836", 1},
};
const size_t demo_counties_n = COUNT(demo_counties);

const struct product demo_products[] = {
    {"shop", "線上點餐", "Online Ordering", "掃碼點餐、外帶外送一次接單，尖峰時段也不漏單",
     "Scan-to-order, takeaway and delivery in one queue that loses no order at rush hour"},
    {"shop", "一頁購物車", "One-page Shop", "一個下午開好網路商店，金流與超商取貨都接好",
     "Open a web shop in an afternoon, with payments and convenience-store pickup ready"},
    {"shop", "團購接單", "Group Buying", "社群團購留言自動成單，對帳不再靠截圖",
     "Turns group-buy comments into orders, so that nobody reconciles screenshots"},
    {"shop", "電子票券", "E-tickets", "餐券、體驗券線上賣、手機核銷，庫存即時扣",
     "Sell vouchers online and redeem them by phone with live stock"},
    {"shop", "預約訂位", "Bookings", "客人自己選時段，前一天自動提醒，減少爽約",
     "Guests choose a slot and are reminded the day before: fewer no-shows"},
    {"shop", "批發下單", "Wholesale Orders", "熟客專屬價與起訂量，業務不必再抄傳真單",
     "Customer prices and minimum quantities instead of faxed order sheets"},
    {"shop", "跨境上架", "Cross-border Listing", "一次上架多個海外平台，匯率與運費自動換算",
     "List once on several foreign platforms with exchange rates and postage worked out"},
    {"marketing", "會員集點", "Loyalty Points", "手機集點、生日禮、回訪通知，熟客看得見",
     "Points, birthday gifts and come-back notes by phone"},
    {"marketing", "簡訊行銷", "Text Campaigns", "分眾名單、發送時段與成效一頁看完",
     "Segments, sending times and results on one page"},
    {"marketing", "社群排程", "Social Scheduler", "圖文先排好，各平台準時發，留言集中回",
     "Plan posts ahead, publish everywhere on time and answer comments in one place"},
    {"marketing", "評論管理", "Review Desk", "各平台評論一處看，星等下滑先通知",
     "All reviews in one place and a warning when stars fall"},
    {"marketing", "電子報", "Newsletter", "拖拉版型、退訂合規、開信點擊有數字",
     "Drag-and-drop letters, lawful unsubscribing, figures for opens and clicks"},
    {"marketing", "短影音製作", "Short Video Maker", "用手機素材套版剪片，字幕自動上好",
     "Cuts phone footage with templates and adds subtitles"},
    {"marketing", "活動報名", "Event Sign-up", "報名、收費、報到與問卷一條龍",
     "Sign-up, payment, check-in and survey in one line"},
    {"office", "雲端公文", "Documents Online", "收發文、簽核、歸檔線上走，出差也能批",
     "Receive, sign and file documents online, also on the road"},
    {"office", "視訊會議", "Video Meetings", "免安裝入會、逐字稿與會議紀錄自動整理",
     "Join without installing; transcript and minutes are written for you"},
    {"office", "雲端硬碟", "Cloud Drive", "共用資料夾、版本還原、離職帳號一鍵移交",
     "Shared folders, version restore, one-click handover when people leave"},
    {"office", "電子簽約", "E-signing", "合約線上簽、時間戳記與簽署歷程完整保存",
     "Sign contracts online with time stamps and the whole history kept"},
    {"office", "差勤打卡", "Attendance", "手機定位打卡、排班、加班依勞基法試算",
     "Clock in by phone, plan shifts, overtime by the Labor Standards Act"},
    {"office", "專案看板", "Project Board", "工作卡片、負責人與期限一目了然",
     "Cards, owners and deadlines at a glance"},
    {"office", "表單簽核", "Form Approvals", "請假、採購、報支改走線上，進度查得到",
     "Leave, purchases and expenses online, with their progress"},
    {"management", "雲端進銷存", "Stock and Sales", "進貨、銷貨、庫存與應收付即時更新",
     "Purchases, sales, stock and open items up to date"},
    {"management", "雲端會計", "Cloud Accounting", "發票自動入帳、營業稅申報檔一鍵產出",
     "Books invoices by itself and writes the sales tax file"},
    {"management", "薪資計算", "Payroll", "勞健保、勞退與所得稅自動計算，薪資單寄手機",
     "Insurance, pension and tax worked out, payslips by phone"},
    {"management", "門市收銀", "Point of Sale", "平板收銀、電子發票、日結報表自動對帳",
     "Tablet till with e-invoices and daily closing"},
    {"management", "生產排程", "Production Planning", "工單進度、機台稼動與交期一張表",
     "Work orders, machine use and due dates in one table"},
    {"management", "採購比價", "Purchasing", "多家詢價、比價紀錄與請購流程留痕",
     "Quotations compared, with a trail of every request"},
    {"management", "設備保養", "Maintenance", "保養週期提醒、維修履歷掃碼就看到",
     "Service reminders and repair history by scanning a code"},
    {"service", "智慧客服", "Service Assistant", "常見問題自動回，答不了的轉真人並附前文",
     "Answers common questions and hands the rest to people with the whole talk"},
    {"service", "客服工單", "Ticket Desk", "電話、信件、社群併成一張工單，逾時會提醒",
     "Phone, mail and social messages become tickets with reminders"},
    {"service", "雲端總機", "Cloud Switchboard", "手機就是分機，語音選單與通話紀錄齊全",
     "Your mobile is the extension, with voice menu and call log"},
    {"service", "滿意度調查", "Satisfaction Survey", "服務後自動發送，低分立刻通知店長",
     "Sent after service; low scores reach the manager at once"},
    {"service", "維修派工", "Field Service", "師傅行程、零件與完工照片一次回報",
     "Visits, parts and photos of finished work in one report"},
    {"service", "線上客訴", "Complaint Desk", "收件、分派、回覆期限與改善追蹤",
     "Intake, assignment, deadlines and follow-up of complaints"},
    {"service", "語音轉文字", "Call Transcripts", "國台語通話轉成文字，重點自動標註",
     "Mandarin and Taiwanese calls as text with highlights"},
    {"analysis", "營收儀表板", "Revenue Dashboard", "各門市營收、毛利與來客數每天早上寄到",
     "Revenue, margin and visits of every shop each morning"},
    {"analysis", "商圈分析", "Trade Area Analysis", "人流、競店與租金開放資料疊成一張圖",
     "Footfall, competitors and rents from open data on one map"},
    {"analysis", "銷售預測", "Sales Forecast", "天氣、節慶與歷史銷量算出備貨建議",
     "Stock advice from weather, holidays and past sales"},
    {"analysis", "輿情觀測", "Opinion Watch", "品牌被提到就通知，正負評一週一報",
     "Tells you when your brand is mentioned, with a weekly report"},
    {"analysis", "顧客分群", "Customer Segments", "依消費頻率與金額分群，直接匯出名單",
     "Groups by frequency and amount, ready as lists"},
    {"analysis", "網站流量", "Web Analytics", "不用 Cookie 的流量統計，報表看得懂",
     "Visits without cookies in reports that are easy to read"},
    {"analysis", "價格監測", "Price Monitor", "同業網路售價每日比對，調價有依據",
     "Competitors' web prices each day as a ground for yours"},
};
const size_t demo_products_n = COUNT(demo_products);

/* In the order of mkt_categories. */
const char *const demo_features[6][3] = {
    {"支援電子發票與多元支付。", "庫存與門市同步，賣完自動下架。", "提供開店輔導與商品上架教學。"},
    {"名單可匯入與去重，遵守個資法告知義務。", "成效報表可匯出試算表。", "附節慶行銷範本，套用即可發送。"},
    {"資料存放於境內機房，傳輸與儲存皆加密。", "權限可依部門與職務設定。", "提供電腦、手機與平板版本。"},
    {"符合商業會計處理準則，會計師可共用帳號。", "可匯入既有試算表，一天內上線。", "報表可依部門、專案與月份查詢。"},
    {"支援國語、台語與英語。", "與常用通訊軟體串接。", "客服紀錄保存三年並可匯出。"},
    {"圖表旁附原始數據，可下載。", "每項指標都寫明算法與資料日期。", "可串接收銀與網店資料。"},
};
const char *const demo_features_en[6][3] = {
    {"Supports e-invoices and many ways to pay.",
     "Stock is shared with the shop; what is sold out goes offline by itself.",
     "Comes with coaching for the first listing."},
    {"Lists can be imported and cleaned; privacy notices are built in.", "Results can be exported as a spreadsheet.",
     "Templates for festivals are included."},
    {"Data stay in Taiwan and are encrypted on the way and at rest.", "Rights can be set by department and role.",
     "Works on computers, phones and tablets."},
    {"Follows the business accounting rules; your accountant can share the account.",
     "Existing spreadsheets are imported within a day.", "Reports by department, project and month."},
    {"Speaks Mandarin, Taiwanese and English.", "Connects to the usual messengers.",
     "Records are kept for three years and can be exported."},
    {"The numbers stand beside every chart and can be downloaded.",
     "Each figure says how it is counted and of which day.", "Connects to tills and web shops."},
};

const struct opinion demo_opinions[] = {
    {5, "上線第一週就回本，店裡的阿姨也學得會。"},
    {5, "客服很有耐心，半夜當機也有人接電話。"},
    {5, "報稅季省了三天時間，明年會續用。"},
    {5, "Easy to set up, and support answered within minutes."},
    {5, "以前用紙本記，現在手機就能看，老闆很滿意。"},
    {4, "功能齊全，介面字可以再大一點。"},
    {4, "整體好用，希望報表能多一點篩選條件。"},
    {4, "教學影片清楚，只是第一次設定要花點時間。"},
    {4, "價格合理，和收銀機串接很順。"},
    {4, "Does what it says; the English manual could be longer."},
    {3, "堪用，尖峰時段偶爾會慢。"},
    {3, "功能比想像中多，但我們用不到一半。"},
    {3, "客服回覆要等半天，問題有解決。"},
    {2, "匯入資料時格式常出錯，希望改善。"},
    {2, "手機版常常要重新登入。"},
    {1, "停機兩次都沒有事先通知，影響營業。"},
};
const size_t demo_opinions_n = COUNT(demo_opinions);

const char *const demo_replies[] = {
    "謝謝您的肯定，我們會繼續努力。",           "感謝建議，字級調整已排入下個月的更新。",
    "很抱歉造成不便，已派專人與您聯繫。",       "感謝回饋，篩選功能本週已上線，歡迎試用。",
    "造成困擾非常抱歉，當月費用已依契約退還。",
};
const size_t demo_replies_n = COUNT(demo_replies);
