"""The pages of an office, in the sections in which its first page lists them."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from marketplace.permissions import Permission


@dataclass(frozen=True, slots=True)
class OfficePage:
    """A page an office may open; the first page lists those whose permission the actor holds."""

    endpoint: str
    name: object
    purpose: object
    permission: Permission


@dataclass(frozen=True, slots=True)
class Section:
    """What belongs together on the first page."""

    name: object
    pages: tuple[OfficePage, ...]


PAGES = (
    Section(
        _("要办的事"),
        (
            OfficePage(
                "curation.queue",
                _("待办"),
                _("等您的岗位办理的成果和建议，按期限排列，可以一起办理"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "curation.deputies_page",
                lazy_pgettext("栏目", "代理"),
                _("外出时请同岗位或上级的人代办待办，看谁请您代理"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "curation.waiting_demands",
                _("等待核实和公开的需求"),
                _("本范围内企业新发布的需求：核实单位、问题、指标、预算和日期，然后公开"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "matches.introductions",
                _("等待引荐的双方"),
                _("本范围内供需双方都有意向、等人引荐的匹配"),
                Permission.MATCH_INTRODUCE,
            ),
            OfficePage(
                "contracts.listing",
                _("技术合同"),
                _("本范围内签订的技术合同：记入认定登记号、机构和日期，看市场统计"),
                Permission.DEAL_REGISTER,
            ),
            OfficePage(
                "curation.unpublished_achievements",
                _("还没有公布的成果"),
                _("本范围内正在审核的成果"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "listing_office.listing",
                _("挂牌和价格公示"),
                _("本范围内挂牌的成果和它们的状态，正在公示的协议价格"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "curation.publicity",
                _("公示和异议"),
                _("把通过终审的成果列入公示，办理异议，期满后公布"),
                Permission.OBJECTION_DECIDE,
            ),
        ),
    ),
    Section(
        _("建议、活动和报送"),
        (
            OfficePage(
                "curation.proposals",
                _("建议台账"),
                _("本范围内的合理化建议：查找、答复、合并、实施，以及答复率、采纳率和实施率"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "award_office.listing",
                _("金点子评选"),
                _("开始评选，提名，组成评审组，汇总评分，决定名单，公示和授予"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "contest_office.listing",
                lazy_pgettext("栏目", "比赛"),
                _("办比赛：报名，抽签，评分，名次，公示，证书；参加的人自动计入活动"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "competition_office.listing",
                _("劳动竞赛"),
                _("为单位报名，按指标作竞赛前、中、后的评价，评定等级；示范企业和示范园区"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "participation_office.listing",
                _("活动和参与"),
                _("六个一、两个百万、劳动竞赛和技能提升：建立活动，确认参与，登记人次和人数，按期结账"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "statistics.overview",
                lazy_pgettext("栏目", "统计"),
                _("参与和比率：与目标、与去年相比，按月、地区和行业，查看数字后面的记录；职工人数、企业名单和目标"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "reports.listing",
                lazy_pgettext("栏目", "报表"),
                _("六个一、两个百万、竞赛和技能的统计表：做一次，每年都用，下载 Excel 和 PDF，年度冻结和勘误"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "importing.choose",
                _("导入表格"),
                _("把单位的建议台账等表格导入：先逐行检查，再写入，一行不丢"),
                Permission.PROPOSAL_IMPORT,
            ),
            OfficePage(
                "exports.file_upwards",
                _("向上报送"),
                _("把本级审核通过的成果做成汇总表，报送上级工会"),
                Permission.PROPOSAL_NOMINATE,
            ),
        ),
    ),
    Section(
        lazy_pgettext("栏目", "荣誉"),
        (
            OfficePage(
                "honour_office.listing",
                _("荣誉档案"),
                _("劳动模范、工匠和首席员工的档案：登记和撤销荣誉，联系帮扶，设定公开范围"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "crew_office.listing",
                _("班组荣誉"),
                _("工人先锋号和五化五强班组：登记和撤销荣誉，逐条评定标准，列入成果"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "outreach_office.listing",
                _("宣传活动"),
                _("宣传月和宣讲：发布活动，上报和确认参加的人次和人数"),
                Permission.CURATION_ENTER,
            ),
        ),
    ),
    Section(
        lazy_pgettext("栏目", "创新工作室"),
        (
            OfficePage(
                "studio_records.listing",
                lazy_pgettext("栏目", "创新工作室"),
                _("本范围内的工作室：领衔人、成员、师徒、经费、成果、梯次，以及要处理的事"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "naming_office.listing",
                _("创新工作室命名"),
                _("公布一批，推荐申报的工作室，组成评审组，看评分的进度，汇总评分"),
                Permission.CURATION_ENTER,
            ),
            OfficePage(
                "studio_reviews.listing",
                _("工作室的年度考核"),
                _("开始一个年度的考核，看谁还没有报送，评定等次，复查整改，办理申诉"),
                Permission.CURATION_ENTER,
            ),
        ),
    ),
    Section(
        _("平台"),
        (
            OfficePage(
                "showcase_desk.overview",
                _("首页和展示"),
                _("本月展示、头条和推荐栏，专题和故事：起草，预览，定时公布，撤下，恢复以前的内容"),
                Permission.SHOWCASE_CURATE,
            ),
            OfficePage(
                "curation.people",
                _("人员"),
                _("查看本范围内的账号，邀请同事，授予和撤销角色，确认职工和企业所属的单位"),
                Permission.ACCOUNT_MANAGE,
            ),
            OfficePage(
                "curation.rules_page",
                lazy_pgettext("栏目", "规则"),
                _("期限、门槛、评分标准和名额：现在的值、依据和历史，从某一天起设定新的值"),
                Permission.RULE_SET,
            ),
            OfficePage(
                "curation.concepts",
                lazy_pgettext("栏目", "叙词表"),
                _("哪些说法是一回事，哪些技术能解决哪个问题：查找、新增、修改、停用，下载整张表"),
                Permission.THESAURUS_CURATE,
            ),
            OfficePage(
                "curation.questions",
                _("没有找到结果的检索"),
                _("看别人问了什么而目录答不上来，把其中的说法补进叙词表"),
                Permission.THESAURUS_CURATE,
            ),
        ),
    ),
)
