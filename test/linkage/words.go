package main

import "strings"

// The words of the synthetic population that are in no list outside: each line
// is one name with the spellings that different hands give it. Nobody is meant.

// southAsianGiven and southAsianFamily: Bangladesh, Pakistan, India.
const southAsianGiven = `Mohammad Md Muhammad Mohammed Mohammod
Abdul Abdur
Jahangir Jahangeer Jahangir
Rahim Raheem Rohim
Karim Kareem Korim
Rafiqul Rafikul Rofiqul
Shafiqul Shofikul Shafikul
Nazrul Nozrul Nazrool
Aminul Ameenul Aminool
Kamal Kamaal Komal
Jamal Jamaal
Faisal Faysal Foysal
Sohel Sohail Suhel Suhail
Rubel Roobel
Shahin Shaheen Sahin
Masud Masood Masoud
Mizanur Mijanur Mizanour
Habibur Hobibur Habiboor
Tariq Tarek Tareq Tarik
Imran Emran
Zahid Jahid Zaheed
Aziz Ajij Azeez
Ripon Reepon
Monir Muneer Munir
Anwar Anowar Anwer
Ashraf Asraf Ashraful
Saiful Saifool Soiful
Sultana Sultanah
Fatema Fatima Fathema
Ayesha Aisha Aysha
Nasrin Nasreen Nasrine
Rehana Rihana Rehanah
Taslima Tasleema
Shirin Shireen Sirin
Salma Solma
Rokeya Ruqaiya Rokiya
Parveen Parvin Perveen
Shabnam Sabnam
Kulsum Kulsoom Kulthum
Halima Haleema
Gurpreet Gurprit
Harpreet Harprit
Manpreet Manprit
Jaswinder Jasvinder Jaswindar
Balwinder Balvinder
Kuldeep Kuldip
Sandeep Sandip
Amandeep Amandip
Sukhwinder Sukhvinder
Rajinder Rajender Rajindar
Navjot Nawjot
Ranjit Ranjeet
Ravi Rawi
Vijay Vijai Bijoy
Sunita Suneeta
Lakshmi Laxmi Lakhsmi
Pooja Puja
Deepak Dipak
Sanjeev Sanjiv Sanjib
Vikram Bikram
Arjun Arjoon
Nimal Neemal
Chaminda Chamindha
Dilshan Dilsan`

const southAsianFamily = `Hossain Hussain Hosain Hossen Husain Hussein
Rahman Rehman Rohman Rahaman
Islam Eslam
Ahmed Ahmad Ahammed Ahmmed
Uddin Udin Ouddin
Khan Khaan
Begum Begom Begam
Khatun Khatoon
Akter Akhtar Aktar Akther
Chowdhury Choudhury Chaudhry Chowdhry Chaudhary
Sarker Sarkar Sorkar
Mia Miah Mian Miya
Sheikh Shaikh Sk Shaik
Alam Alom
Haque Haq Hoque Huq
Ali Aly
Bhuiyan Bhuyan Bhuian Bhuiya
Talukder Talukdar
Howlader Hawlader Howladar
Molla Mollah Mulla
Mridha Mirdha
Sikder Shikdar Sikdar
Majumder Mazumder Majumdar
Mondal Mandal
Das Dass
Roy Rai Ray
Singh Sing
Kaur Kour
Sharma Sarma
Kumar Komar Kumaar
Gill Gil
Sandhu Sandu
Dhillon Dhilon Dillon
Sidhu Siddhu Sidu
Bajwa Bajva
Butt Bhatt But
Malik Mallik Maleek
Iqbal Ikbal Eqbal
Mahmood Mahmud Mehmood Mahmoud
Raza Reza Rasa
Shah Sah
Qureshi Kureshi Quraishi
Siddiqui Siddiqi Sidiqui
Ansari Ansary
Mirza Meerza
Baig Beg Baigh
Perera Pereira
Fernando Fernandho
Silva Silwa
Bandara Bandhara
Warnakulasuriya Warnakulasooriya
Wijesinghe Vijesinghe Wijesinha
Jayasuriya Jayasooriya
Thapa Tapa
Gurung Gurong
Adhikari Adikari
Patel Pattel
Mehta Meheta`

// slavicGivenWords are names of Ukrainian and Russian papers; spellings are made
// by the tables of romanise.
const slavicGivenWords = `Олександр Андрій Сергій Володимир Дмитро Микола Іван Юрій Ігор Олег Віктор Михайло Василь Анатолій Петро Євген Богдан Роман Тарас
Максим Віталій Руслан Ярослав Артем Денис Павло Степан Григорій Олексій Станіслав Валерій Геннадій Кирило Назар Захар Матвій Тимофій
Олена Ірина Наталія Оксана Тетяна Людмила Світлана Марія Ольга Галина Катерина Юлія Анна Надія Любов Валентина Вікторія Лариса Ніна Анастасія Дарія
Софія Христина Зоряна Леся Мар'яна Ганна Лідія Раїса Тамара Віра Інна Алла Жанна Яна Діана Поліна Уляна Соломія Злата Єлизавета
Александр Андрей Сергей Владимир Дмитрий Николай Иван Юрий Елена Наталья Татьяна Светлана Екатерина`

const slavicRoots = `Шевч Ковал Бондар Ткач Кравч Олійник Мельник Поліщ Савч Марч Лис Рудн Мороз Петр Павл Василь Григор Іван Сидор Федор Тимош Гаврил Данил Захар Клим
Кузнец Попов Соколов Лебед Козл Новик Волк Зайц Соловй Виноград Богдан Воробй Медвед Антон Тарас Жук Бел Комар Орл Кисел Макар Андре Ковальов Ільїн
Гусак Титор Кузьм Кудряв Баран Кулик Алексе Степан Яковл Сорок Серге Роман Чорн Шаповал Щерб Юрч Ярош Хоменк Цимбал Чумак Голуб Гончар Гриц Дорош`
const slavicEnds = `енко енко чук ук ський ов ев ко ич`

const chineseFamily = `Wang Wong
Li Lee
Zhang Chang Cheung
Liu Lau Liou
Chen Chan Tan
Yang Yeung
Huang Wong Hwang
Zhao Chao Chiu
Wu Ng Woo
Zhou Chou Chow
Xu Hsu Hui
Sun Suen
Ma
Zhu Chu
Hu Hoo
Lin Lam
Guo Kuo Kwok
He Ho
Gao Kao
Luo Lo
Zheng Cheng
Liang Leung
Xie Hsieh
Song Sung
Tang Tong
Deng Teng
Han Hon
Cao Tsao
Peng Pang
Zeng Tseng
Xiao Hsiao
Pan Poon
Jin Chin
Dong Tung
Yu Yue
Ye Yeh Yip
Cai Tsai Choi
Jiang Chiang
Hong Hung
Weng Yung`

const chineseSyllables = `wei fang xiu ying na min jing li qiang lei jun yang yong yan jie juan tao ming chao xia ping gang gui hua lan mei ling hong yu xin hui
jian guo zhi hao bo cheng dong fei feng hai jia kai lin long peng qing rong shan shu tian wen xiang xue yi yun zhen zhong zi`

// romanise writes Cyrillic as papers of five countries do: of England, Germany,
// France, Poland, and by ISO 9 without its marks.
var romanise = []map[rune]string{
	table("zh z i y i kh ts ch sh shch y yu ya v ie yi h"),
	table("sch s i y j ch z tsch sch schtsch y ju ja w je ji g"),
	table("j z i y i kh ts tch ch chtch y iou ia v ie i g"),
	table("z z y i j ch c cz sz szcz y ju ja w je ji h"),
	table("z z i i j h c c s sc y ju ja v e i g"),
}

// table joins what differs between countries with what does not.
func table(differing string) map[rune]string {
	out := map[rune]string{}
	for i, r := range []rune("абдклмнопрстуфэ") {
		out[r] = strings.Fields("a b d k l m n o p r s t u f e")[i]
	}
	for i, r := range []rune("жзиійхцчшщыюявєїг") {
		out[r] = strings.Fields(differing)[i]
	}
	for r, like := range map[rune]rune{'е': 'э', 'ё': 'э'} {
		out[r] = out[like]
	}
	return out
}
